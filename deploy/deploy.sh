#!/usr/bin/env bash
# Usage: deploy/deploy.sh --parameters FILE [--stack NAME] [--jar FILE] [--no-start] [--dry-run]
#
# Builds the job, uploads its jar under a unique key, and creates or updates the CloudFormation stack of
# deploy/chromasync.yaml. Then it starts the application if it is stopped, and waits until it runs. A running
# application is updated by the service, which takes a snapshot and restores from it with the new code.
#
#   --parameters FILE  a line NAME=VALUE for each parameter of the template; see deploy/parameters.example
#   --stack NAME       name of the stack; default: the ApplicationName of the parameters
#   --jar FILE         deploy this jar instead of building it
#   --no-start         do not start a stopped application
#   --dry-run          print the changes without applying them
#
# The AWS CLI provides credentials and region. Needs the AWS CLI 2, and JDK 17 and Maven to build.
set -euo pipefail
home=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$home/deploy/.application"

parameters='' stack='' jar='' start=yes dry_run=no
while [[ $# -gt 0 ]]; do
  case $1 in
    --parameters | --stack | --jar)
      take "$@"
      shift
      ;;
    --no-start) start=no ;;
    --dry-run) dry_run=yes ;;
    -h | --help) usage && exit 0 ;;
    *) refuse "'$1' is unknown" ;;
  esac
  shift
done
[[ -n $parameters ]] || refuse "--parameters is needed"
[[ -f $parameters && -r $parameters ]] ||
  refuse "--parameters must be a file that can be read but was '$parameters'"
[[ -z $jar || (-f $jar && -r $jar) ]] || refuse "--jar must be a file that can be read but was '$jar'"

overrides=() bucket='' application=chromasync
while IFS= read -r line || [[ -n $line ]]; do
  [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
  [[ $line =~ ^([A-Za-z]+)=(.*)$ ]] || fail "$parameters: '$line' is no NAME=VALUE"
  case ${BASH_REMATCH[1]} in
    CodeBucket) bucket=${BASH_REMATCH[2]} ;;
    ApplicationName) application=${BASH_REMATCH[2]} ;;
    CodeKey) fail "$parameters: CodeKey is not set there, but here, by what is in the jar" ;;
  esac
  overrides+=("$line")
done <"$parameters"
[[ -n $bucket ]] || fail "$parameters: CodeBucket is needed, the bucket that the jar is uploaded to"
stack=${stack:-$application}

need aws sha256sum
if [[ -z $jar ]]; then
  need mvn java
  echo "building"
  (cd "$home" && mvn -B -q -Dno-servers -Dmaven.test.skip=true clean package)
  jar=$(find "$home/target" -maxdepth 1 -name 'chromasync-*.jar' ! -name 'original-*' -print -quit)
fi
[[ -r $jar ]] || fail "the jar '$jar' cannot be read"

hash=$(sha256sum "$jar")
key=chromasync/$(basename "$jar" .jar)-${hash:0:12}.jar
echo "uploading $jar to s3://$bucket/$key"
change aws s3 cp --only-show-errors "$jar" "s3://$bucket/$key"

echo "deploying the stack $stack"
change aws cloudformation deploy --stack-name "$stack" --template-file "$home/deploy/chromasync.yaml" \
  --s3-bucket "$bucket" --s3-prefix chromasync/templates --capabilities CAPABILITY_IAM \
  --no-fail-on-empty-changeset --parameter-overrides "${overrides[@]}" "CodeKey=$key"

[[ $dry_run == yes ]] && exit 0
case $(status) in
  READY)
    if [[ $start == no ]]; then
      echo "$application is stopped; deploy/replay.sh starts it"
    else
      start "$(newest_snapshot)"
    fi
    ;;
  *) await RUNNING ;;
esac
