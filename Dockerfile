# Builds the tarball, then runs it on a JRE 25 as nobody in particular.
#   docker build -t rapidbyte .
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -B -DskipTests -Pdist -pl app -am package \
 && mkdir /opt/rapidbyte \
 && tar -xzf app/target/rapidbyte-*.tar.gz -C /opt/rapidbyte --strip-components=1

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/rapidbyte rapidbyte
COPY --from=build /opt/rapidbyte /opt/rapidbyte
ENV PATH=/opt/rapidbyte/bin:$PATH RAPIDBYTE_HOME=/var/lib/rapidbyte/home
USER rapidbyte
WORKDIR /var/lib/rapidbyte
VOLUME /var/lib/rapidbyte
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q ok <&3"]
ENTRYPOINT ["rapidbyte"]
CMD ["--help"]
