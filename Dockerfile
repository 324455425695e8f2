# The page on a machine without a GPU. Not tried as an image yet; tests/test_dockerfile.py checks its steps.
#   docker build -t generative-model-explorer . && docker run -p 7860:7860 generative-model-explorer
FROM python:3.11-slim

RUN useradd --create-home explorer
WORKDIR /home/explorer/app

COPY requirements.txt ./
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt

COPY --chown=explorer app.py README.md LICENSE CITATION.cff ./
COPY --chown=explorer train/README.md train/
COPY --chown=explorer docs docs
COPY --chown=explorer explorer explorer
COPY --chown=explorer checkpoints checkpoints

USER explorer
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD python -c "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['GRADIO_SERVER_PORT'] + '/healthz')"
CMD ["python", "app.py"]
