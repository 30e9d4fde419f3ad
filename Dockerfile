# docker build -t lambdalint . && docker run --rm -v "$PWD:/project" lambdalint check
FROM python:3.13-slim AS build
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheel /source

FROM python:3.13-slim
# Distributions keep no version of git but the last.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
COPY --from=build /wheel /wheel
RUN pip install --no-cache-dir /wheel/*.whl && rm -rf /wheel
# A mounted repository belongs to another user than the one who reads it here.
RUN git config --system --add safe.directory '*'
WORKDIR /project
ENTRYPOINT ["lambdalint"]
CMD ["check"]
