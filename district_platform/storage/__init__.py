"""Object storage, S3 and whatever speaks its protocol: extracts fetched from it, files and publications sent to it.

Nothing here looks at the contents of files. boto3 is imported only when a setting or a command names an s3:// address.
"""
