# The worker, and every other command of dlc. Debian, since Temporal's native core needs glibc.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
# Temporal's core checks the server's certificate against the system's.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
USER node
# tini passes the stop signal on, so that the worker finishes what it holds.
ENTRYPOINT ["tini", "--", "node", "dist/cli/main.js"]
CMD ["worker"]
