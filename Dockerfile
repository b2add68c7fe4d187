# The device: built in one stage, run in a small one, never as root.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-progress
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY web web
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# What spoken texts and FLAC files need.
RUN apt-get update && apt-get install -y --no-install-recommends espeak-ng flac && rm -rf /var/lib/apt/lists/*
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 5060/udp 5060/tcp 5061/tcp 4000-4199/udp
# The page listens on loopback inside the container; see docs/docker.md for reaching it.
ENTRYPOINT ["node", "dist/main.js"]
CMD ["start", "--demo", "--data", "/data"]
