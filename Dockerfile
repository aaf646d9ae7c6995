# One image for web, worker and beat. Assets come from npm in a stage of their own, so the image has no Node.
FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 redress
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
COPY --from=assets /assets/node_modules node_modules
# Collecting static files reads no secret; the stand-ins stay in this one command.
RUN SECRET_KEY=build ALLOWED_HOSTS=build SITE_URL=https://build.example ORGANISATION_NAME=build \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/files && chown -R redress var
USER redress
ENV DJANGO_SETTINGS_MODULE=config.settings.prod PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-class", "gthread", \
     "--threads", "4", "--no-control-socket", "--access-logfile", "-"]
