"""The peers, each an `Engine` of the same few calls. A module is imported only where it is used, since most of them
import megabytes of their own run-time."""
import importlib

# Name on the command line -> module and class.
MODULES = {
    "openvino-ptq": ("openvino_engine", "Quantized"),
    "onnxruntime": ("onnxruntime_engine", "Dynamic"),
    "openvino-weights": ("openvino_engine", "CompressedWeights"),
    "ctranslate2": ("ctranslate2_engine", "CTranslate2"),
    "torch": ("torch_engine", "DynamicInt8"),
    "llama.cpp": ("llamacpp_engine", "LlamaCpp"),
}


def make(name, model, prepared):
    module, kind = MODULES[name]
    return getattr(importlib.import_module(f"engines.{module}"), kind)(model, prepared)
