#!/usr/bin/env bash
# Usage: deploy/replay.sh --application NAME --list
#        deploy/replay.sh --application NAME --stop
#        deploy/replay.sh --application NAME --snapshot NAME [--set PARAMETER=VALUE …] [--stack NAME]
#
# Restores the application from a snapshot. It stops the application with a further snapshot, changes the
# parameters of --set, starts the application from the named snapshot, and waits until it runs. The job then
# rereads later changes. Versions decide, so newer data in Chroma is not overwritten.
#
#   --list            list the snapshots, newest first
#   --stop            only stop the application, with a snapshot
#   --snapshot NAME   start from this snapshot; latest = the newest, none = without state
#   --set P=V         change a parameter of deploy/chromasync.yaml before the start, as in
#                     --set SourceStart=2026-11-23T16:00:00Z (which applies only to a start without state)
#   --stack NAME      the stack that --set changes; default: the application's name
#   --yes             do not ask for confirmation
#   --dry-run         print the changes without applying them
#
# The AWS CLI provides credentials and region. Needs the AWS CLI 2.
set -euo pipefail
home=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$home/deploy/.application"

application='' snapshot='' stack='' action='' yes=no dry_run=no answer='' sets=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --application | --stack | --snapshot)
      take "$@"
      shift
      ;;
    --set)
      set=''
      take "$@"
      [[ $set =~ ^[A-Za-z]+= ]] || refuse "--set must be PARAMETER=VALUE but was '$set'"
      sets+=("$set")
      shift
      ;;
    --list | --stop)
      [[ -z $action ]] || refuse "$1 must not be given with --$action"
      action=${1#--}
      ;;
    --yes) yes=yes ;;
    --dry-run) dry_run=yes ;;
    -h | --help) usage && exit 0 ;;
    *) refuse "'$1' is unknown" ;;
  esac
  shift
done
[[ -n $application ]] || refuse "--application is needed"
[[ -n $snapshot || -n $action ]] || refuse "one of --list, --stop, --snapshot is needed"
[[ -z $snapshot || -z $action ]] || refuse "--snapshot must not be given with --$action"
[[ -n $snapshot || ${#sets[@]} -eq 0 ]] || refuse "--set must be given with --snapshot"
need aws

snapshots() {
  aws kinesisanalyticsv2 list-application-snapshots --application-name "$application" \
    --query 'reverse(sort_by(SnapshotSummaries, &SnapshotCreationTimestamp))[].[SnapshotName,SnapshotStatus,SnapshotCreationTimestamp]' \
    --output text
}

if [[ $action == list ]]; then
  snapshots
  exit 0
fi

if [[ -n $snapshot && $snapshot != latest && $snapshot != none ]]; then
  snapshots | cut -f1 | grep -Fxq -- "$snapshot" ||
    fail "$application has no snapshot '$snapshot'; --list shows those it has"
fi
if [[ $yes == no && $dry_run == no ]]; then
  read -r -p "Stop $application${snapshot:+ and start it from $snapshot}? [y/N] " answer || true
  [[ $answer == y ]] || fail "nothing was changed"
fi

if [[ $(status) != READY ]]; then
  echo "stopping $application with a snapshot"
  change aws kinesisanalyticsv2 stop-application --application-name "$application"
  await READY
fi
[[ $dry_run == yes ]] || echo "its newest snapshot is $(newest_snapshot)"
[[ $action == stop ]] && exit 0

if [[ ${#sets[@]} -gt 0 ]]; then
  echo "changing ${sets[*]}"
  change aws cloudformation deploy --stack-name "${stack:-$application}" \
    --template-file "$home/deploy/chromasync.yaml" --capabilities CAPABILITY_IAM \
    --no-fail-on-empty-changeset --parameter-overrides "${sets[@]}"
fi

case $snapshot in
  latest)
    snapshot=$(newest_snapshot)
    [[ -n $snapshot ]] || fail "$application has no snapshot"
    ;;
  none) snapshot='' ;;
esac
start "$snapshot"
