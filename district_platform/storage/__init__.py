"""Object storage, S3 and whatever speaks its protocol: extracts fetched from it, files and publications sent to it.

What is in the files is nobody's business here. boto3 is imported only when a setting or a command names an s3:// address.
"""
