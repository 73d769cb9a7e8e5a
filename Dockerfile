# The platform as an image: one account without rights, a root that may be read-only, no compiler, no pip and no data in it.
# Every step is replayed by `make test-deploy` on this machine's own system; a build by an engine has not been tried (docs/deployment.md).
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock requirements-server.lock ./
# uv and setuptools, as the lock has them, in an environment of their own that stays behind.
RUN sed -n '/^\(uv\|setuptools\)==/,/[^\\]$/p' requirements.lock >tools.lock \
 && python -m venv tools \
 && tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools.lock
RUN python -m venv --without-pip /opt/platform \
 && tools/bin/uv pip install --quiet --python /opt/platform/bin/python --require-hashes --compile-bytecode -r requirements-server.lock
COPY pyproject.toml README.md LICENSE ./
COPY district_platform district_platform
COPY deploy/aws deploy/aws
RUN tools/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist . \
 && tools/bin/uv pip install --quiet --python /opt/platform/bin/python --no-deps --compile-bytecode dist/*.whl \
 && rm -f /opt/platform/.lock

FROM python:3.13-slim-bookworm
ARG REVISION=unknown
LABEL org.opencontainers.image.title="district-platform" \
      org.opencontainers.image.description="An open K-12 data platform: extracts in, trusted tables, a quality report and a policy brief out." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION"
# A volume that is empty takes over the folder's owner and mode.
RUN groupadd --gid 10001 district \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/cache/district --shell /usr/sbin/nologin district \
 && install -d -o 10001 -g 10001 -m 0700 /srv/district /srv/district/warehouse /srv/district/warehouse/access \
    /var/lib/dagster /var/cache/district /var/backups/district
COPY --from=build /opt/platform /opt/platform
COPY deploy/compose /etc/district-platform
ENV PATH=/opt/platform/bin:/usr/local/bin:/usr/bin:/bin \
    DISTRICT_HOME=/srv/district \
    DISTRICT_CACHE=/var/cache/district \
    DAGSTER_HOME=/var/lib/dagster \
    DAGSTER_DISABLE_TELEMETRY=1 \
    HOME=/tmp \
    TMPDIR=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /srv/district
ENTRYPOINT ["district-platform"]
CMD ["--help"]
