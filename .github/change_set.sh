#!/bin/sh
# change_set.sh STACK TEMPLATE DIGEST: makes a change set that gives the stack this template and image, and shows it. Changes nothing.
# All other parameters stay as they are; one that the template has newly gets its default.
set -eu
stack=$1 template=$2 digest=$3
set -- "ParameterKey=ImageDigest,ParameterValue=$digest"
for parameter in $(aws cloudformation describe-stacks --stack-name "$stack" --output text \
  --query "Stacks[0].Parameters[?ParameterKey!='ImageDigest'].ParameterKey"); do
  set -- "$@" "ParameterKey=$parameter,UsePreviousValue=true"
done
change=$(aws cloudformation create-change-set --stack-name "$stack" --change-set-name "deploy-$(date -u +%Y%m%dT%H%M%SZ)" \
  --template-body "file://$template" --capabilities CAPABILITY_IAM --parameters "$@" --query Id --output text)
aws cloudformation wait change-set-create-complete --change-set-name "$change"
echo "change=$change" >>"$GITHUB_OUTPUT"
aws cloudformation describe-change-set --change-set-name "$change" --output text \
  --query "Changes[].ResourceChange.[Action,Replacement,LogicalResourceId,ResourceType]" |
  tee -a "$GITHUB_STEP_SUMMARY"
