"""What a program loads that takes seconds and much memory: models that were trained before.

Sources: the documentations of spaCy, PyTorch, TensorFlow, Keras, transformers, sentence-transformers, ONNX Runtime,
fastText, XGBoost, joblib, TensorFlow.js and Transformers.js.
"""

from __future__ import annotations

from lambdalint.code.facts import is_static
from lambdalint.code.idioms import as_written
from lambdalint.code.value import Call
from lambdalint.patterns import pattern

_LOADING = frozenset({
    "spacy.load", "torch.load", "torch.jit.load", "torch.hub.load", "tensorflow.keras.models.load_model",
    "tensorflow.saved_model.load", "keras.models.load_model", "keras.saving.load_model", "onnxruntime.InferenceSession",
    "transformers.pipeline", "sentence_transformers.SentenceTransformer", "fasttext.load_model", "whisper.load_model",
    "faster_whisper.WhisperModel", "joblib.load", "ultralytics.YOLO", "easyocr.Reader", "tensorflow.lite.Interpreter",
    "tflite_runtime.interpreter.Interpreter", "gensim.models.KeyedVectors.load",
    "gensim.models.KeyedVectors.load_word2vec_format", "cv2.dnn.readNet", "cv2.dnn.readNetFromONNX",
    "flair.models.SequenceTagger.load",
    "npm:onnxruntime-node.InferenceSession.create", "npm:@xenova/transformers.pipeline",
    "npm:@huggingface/transformers.pipeline",
    *(
        f"npm:@tensorflow/{package}.{name}"
        for package in ("tfjs", "tfjs-node")
        for name in ("loadLayersModel", "loadGraphModel", "node.loadSavedModel")
    ),
})  # fmt: skip
_PRETRAINED = pattern(r"(npm:@(?:xenova|huggingface)/)?(?:transformers|diffusers|peft)\.\w+\.from_pretrained")


def model(call: Call) -> str | None:
    """What a call loads a model with, which is the same for every event; None where it loads none."""
    if call.receiver is not None or not (call.name in _LOADING or _PRETRAINED.fullmatch(call.name)):
        return None
    given = (*call.arguments, *call.keywords.values())
    return as_written(call.name) if given and not call.open and all(map(is_static, given)) else None
