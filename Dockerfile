FROM python:3.13-slim AS build

# The environment is made without pip: nothing in the image installs anything.
RUN python -m venv --without-pip /opt/lost-update
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.txt requirements-build.txt ./
RUN pip install --require-hashes -r requirements-build.txt \
 && pip --python /opt/lost-update/bin/python install --require-hashes --only-binary :all: -r requirements.txt
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && pip --python /opt/lost-update/bin/python install --no-deps dist/*.whl


FROM python:3.13-slim

# A run starts processes: an init reaps the ones whose parent is gone.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/lost-update /opt/lost-update
ENV PATH=/opt/lost-update/bin:$PATH PYTHONUNBUFFERED=1
# Recordings are kept in a volume of their own, which can be written where the rest cannot: for a month, as a room needs.
RUN install --directory --mode=0700 --owner=10001 --group=10001 /data
ENV LOST_UPDATE_DATA_DIR=/data LOST_UPDATE_KEEP_DAYS=30
VOLUME /data
WORKDIR /tmp
USER 10001:10001

EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["python", "-c", "\
from http.client import HTTPConnection; \
server = HTTPConnection('127.0.0.1', 8000, timeout=2); \
server.request('GET', '/healthz'); \
raise SystemExit(server.getresponse().status != 200)"]

ENTRYPOINT ["tini", "--"]
CMD ["lost-update", "serve", "--host", "0.0.0.0", "--port", "8000", "--no-open"]
