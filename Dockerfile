# One image, three commands: the console (default), `python manage.py worker`, `python manage.py migrate`.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt requirements-scale.txt /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.txt -r /requirements-scale.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/srv/static
RUN useradd --uid 10001 --home-dir /nonexistent --no-create-home console && mkdir /data && chown console /data
COPY --from=packages /venv /venv
WORKDIR /srv/console
COPY manage.py ./
COPY locale locale
COPY static static
COPY templates templates
COPY common common
COPY upstream upstream
COPY audit audit
COPY accounts accounts
COPY changes changes
COPY media media
COPY sheets sheets
COPY orgs orgs
COPY groups groups
COPY console console
# Collecting needs settings but no secret: these two are gone with the layer's process.
RUN SECRET_KEY=build TOKEN_KEYS=YnVpbGQtb25seS1ub3QtYS1zZWNyZXQtMDEyMzQ1Njc= WEILA_URL=https://build.invalid \
    python manage.py collectstatic --noinput --verbosity=0
USER console
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=3)"]
CMD ["gunicorn", "console.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=16", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
