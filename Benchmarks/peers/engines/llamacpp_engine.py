"""llama.cpp with Q8_0 matrices, through the C interface of llama-cpp-python. The GGUF file is written here: llama.cpp's
own converter does not take RoBERTa with WordPiece, and token ids go in, so that its tokenizer does not matter."""
import numpy as np

from .engine import Engine, once

CONTEXT = 512
LAYER = {
    "attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm",
}


class LlamaCpp(Engine):
    packages = ("llama-cpp-python", "gguf")

    @property
    def path(self):
        return self.prepared / "llama-q8_0.gguf"

    def prepare(self):
        once(self.path, lambda temporary: write_gguf(self.model, self.configuration, temporary))

    def load(self, threads, mode="latency"):
        import ctypes
        import llama_cpp as llama
        self.llama = llama
        self.silent = llama.llama_log_callback(lambda *_: None)
        llama.llama_log_set(self.silent, ctypes.c_void_p(0))
        llama.llama_backend_init()
        network = llama.llama_model_load_from_file(str(self.path).encode(), llama.llama_model_default_params())
        options = llama.llama_context_default_params()
        options.n_ctx = options.n_batch = options.n_ubatch = CONTEXT
        options.n_threads = options.n_threads_batch = threads
        options.embeddings, options.pooling_type = True, llama.LLAMA_POOLING_TYPE_MEAN
        self.context = llama.llama_init_from_model(network, options)
        if not self.context:
            raise RuntimeError(f"llama.cpp cannot load {self.path}")
        self.batch = llama.llama_batch_init(CONTEXT, 0, 1)

    def embed(self, ids, mask):
        # A text at a time: several in one call attend to each other's masked tokens, which is slower.
        return np.stack([self.vector(row[:length]) for row, length in zip(ids, mask.sum(1))])

    def vector(self, row):
        batch = self.batch
        for place, token in enumerate(row):
            batch.token[place], batch.pos[place] = int(token), place
            batch.n_seq_id[place], batch.seq_id[place][0], batch.logits[place] = 1, 0, 1
        batch.n_tokens = len(row)
        if self.llama.llama_encode(self.context, batch) != 0:
            raise RuntimeError("llama_encode failed")
        vector = self.llama.llama_get_embeddings_seq(self.context, 0)
        return np.ctypeslib.as_array(vector, shape=(self.configuration["hidden_size"],)).copy()


def write_gguf(model, configuration, path):
    import gguf
    from safetensors import safe_open

    layers = configuration["num_hidden_layers"]
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_block_count(layers)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(configuration["hidden_size"])
    writer.add_feed_forward_length(configuration["intermediate_size"])
    writer.add_head_count(configuration["num_attention_heads"])
    writer.add_layer_norm_eps(configuration["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    add_vocabulary(writer, (model / "vocab.txt").read_text(encoding="utf-8").splitlines())
    with safe_open(model / "model.safetensors", "numpy") as tensors:
        def add(name, key, skip=0):
            values = tensors.get_tensor(key).astype(np.float32)[skip:]
            if key.endswith("weight") and values.ndim == 2 and "position" not in key and "token_type" not in key:
                kind = gguf.GGMLQuantizationType.Q8_0
                writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
            else:
                writer.add_tensor(name, values)

        add("token_embd.weight", "embeddings.word_embeddings.weight")
        # llama.cpp counts positions from 0, RoBERTa from the one after its padding token.
        add("position_embd.weight", "embeddings.position_embeddings.weight", configuration["pad_token_id"] + 1)
        add("token_types.weight", "embeddings.token_type_embeddings.weight")
        for part in ("weight", "bias"):
            add(f"token_embd_norm.{part}", f"embeddings.LayerNorm.{part}")
            for layer in range(layers):
                for theirs, ours in LAYER.items():
                    add(f"blk.{layer}.{ours}.{part}", f"encoder.layer.{layer}.{theirs}.{part}")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_vocabulary(writer, tokens):
    """Its WordPiece wants starts of words marked and continuations bare."""
    def special(token):
        return token.startswith("[") and token.endswith("]") and len(token) > 2

    spelled = [t if special(t) else t[2:] if t.startswith("##") else "\u2581" + t for t in tokens]
    writer.add_tokenizer_model("bert")
    writer.add_token_type_count(1)
    writer.add_token_list([token.encode() for token in spelled])
    writer.add_token_types([3 if special(token) else 1 for token in tokens])
    place = {token: index for index, token in enumerate(tokens)}
    writer.add_bos_token_id(place["[CLS]"])
    writer.add_sep_token_id(place["[SEP]"])
    writer.add_eos_token_id(place["[SEP]"])
    writer.add_unk_token_id(place["[UNK]"])
    writer.add_pad_token_id(place["[PAD]"])
    writer.add_mask_token_id(place["[MASK]"])
