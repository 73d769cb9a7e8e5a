#!/bin/sh
# image_to_aws.sh IMAGE@DIGEST: copies the image for x86 to the repository that deploy/aws/base.yaml has made, and says its digest there.
# Lambda takes an image of one platform alone, no index of several: so its digest there is another one. What is there already stays.
set -eu
uri=$(aws cloudformation describe-stacks --stack-name district --output text \
  --query "Stacks[0].Outputs[?OutputKey=='RepositoryUri'].OutputValue")
tag=$(printf '%s' "$1" | sed 's/.*@sha256:\(.\{12\}\).*/\1/')
digest_there() {
  aws ecr describe-images --repository-name "${uri#*/}" --image-ids "imageTag=$tag" --query "imageDetails[0].imageDigest" --output text
}
if ! digest=$(digest_there 2>/dev/null); then
  aws ecr get-login-password | docker login --username AWS --password-stdin "${uri%%/*}"
  docker pull --platform linux/amd64 "$1"
  docker tag "$1" "$uri:$tag"
  docker push "$uri:$tag"
  digest=$(digest_there)
fi
echo "digest=$digest" >>"$GITHUB_OUTPUT"
