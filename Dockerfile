# Sổ tay chi bộ trong Docker: chỉ thư mục /data (và /backups nếu có) được ghi. Xem docs/trien-khai.md và compose.yaml.

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The one package with an install script, `node`, is for development; the image has its own Node.
RUN npm ci --omit=dev --ignore-scripts

FROM node:26-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATABASE_URL=sqlite:/data/sotay.db \
    MALLOC_ARENA_MAX=1 \
    NODE_COMPILE_CACHE=/app/compiled
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY data ./data
COPY src ./src
RUN install -d -o node -g node -m 700 /data /backups /app/compiled
USER node
# Importing starts nothing. What it leaves compiled is good for the same user, Node and flags only: those of CMD.
RUN node --max-semi-space-size=4 --heap-growing-percent=40 \
    -e "import('./src/run.ts'); import('./src/bot/telegram/telegram.ts'); import('./src/bot/zalo/zalo.ts')"
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=40", "src/main.mjs"]
