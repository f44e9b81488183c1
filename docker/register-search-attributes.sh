#!/bin/sh
# Registers DlcDataflow and DlcPartition in the namespace; safe to repeat.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}
known=$(temporal operator search-attribute list --namespace "$namespace")
for name in DlcDataflow DlcPartition; do
  case "$known" in
    *"$name"*) echo "$name is registered." ;;
    *) temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword ;;
  esac
done
