import Checkpoint
import KoQuant
import Testing

@Suite struct SettingsTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Golden.bytes("weights/f32.safetensors"), "model.safetensors")
    return folder
  }

  @Test("The configuration") func configuration() throws {
    let checkpoint = try folder().open()
    let expected = ModelConfiguration(
      architecture: .roberta, layers: 2, hiddenSize: 8, attentionHeads: 2, intermediateSize: 16,
      vocabularySize: 24, positions: 14, paddingToken: 1, maximumTokens: 10, layerNormEpsilon: 1e-5,
      pooling: .mean, normalizes: false)
    #expect(checkpoint.configuration == expected)
    #expect(
      checkpoint.sourceFiles.map(\.name) == [
        "modules.json", "config.json", "1_Pooling/config.json", "tokenizer_config.json",
        "special_tokens_map.json", "sentence_bert_config.json", "tokenizer.json", "model.safetensors",
      ])
    #expect(checkpoint.sourceFiles.last?.size == 9800)
  }

  static let poolings: [(String, ModelConfiguration.Pooling?)] = [
    ("{\"pooling_mode\": \"cls\"}", .cls), ("{\"pooling_mode\": \"mean_sqrt_len_tokens\"}", .meanSqrtLength),
    ("{\"pooling_mode\": [\"max\"], \"embedding_dimension\": 8}", .max), ("{}", .mean),
    ("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}", .cls),
    ("{\"pooling_mode_max_tokens\": true}", .max),
    ("{\"pooling_mode_mean_sqrt_len_tokens\": true}", .meanSqrtLength),
    ("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}", nil),
    ("{\"pooling_mode\": [\"max\", \"mean\"]}", nil), ("{\"pooling_mode\": \"lasttoken\"}", nil),
    ("{\"pooling_mode_weightedmean_tokens\": true}", nil), ("{\"word_embedding_dimension\": 9}", nil),
    ("[]", .mean), ("{\"pooling_mode\": 3}", nil),
  ]

  @Test("Pooling, old and new", arguments: poolings)
  func pooling(_ text: String, _ expected: ModelConfiguration.Pooling?) throws {
    let folder = try folder()
    try folder.write(text, "1_Pooling/config.json")
    if let expected {
      #expect(try folder.open().configuration.pooling == expected)
    } else {
      #expect(folder.failure()?.file.hasSuffix("1_Pooling/config.json") == true)
    }
  }

  @Test("A plain encoder gets mean pooling and the tokenizer's length") func plainEncoder() throws {
    let folder = try folder()
    for name in ["modules.json", "1_Pooling", "sentence_bert_config.json"] { try folder.remove(name) }
    try folder.replace("\"model_max_length\": 10", "\"model_max_length\": 9", in: "tokenizer_config.json")
    #expect(try folder.open().configuration.maximumTokens == 9)
    try folder.replace(
      "\"model_max_length\": 9", "\"model_max_length\": 1000000000000000019884624838656",
      in: "tokenizer_config.json")
    #expect(try folder.open().configuration.maximumTokens == 12)
    #expect(try folder.open().configuration.pooling == .mean)
  }

  @Test("A length beyond the positions is limited, and said") func limitedLength() throws {
    let folder = try folder()
    try folder.replace("\"max_seq_length\": 10", "\"max_seq_length\": 514", in: "sentence_bert_config.json")
    let checkpoint = try folder.open()
    #expect(checkpoint.configuration.maximumTokens == 12)
    #expect(checkpoint.notes.count == 1)
  }

  @Test("Modules of every generation; Normalize") func modules() throws {
    let folder = try folder()
    try folder.write(
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling",
        "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """, "modules.json")
    #expect(try folder.open().configuration.normalizes)
  }

  @Test("An encoder in a folder of its own") func transformerFolder() throws {
    let source = try folder()
    let folder = try TemporaryFolder(empty: true)
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json"] {
      try folder.write(Golden.bytes("tiny/\(name)"), "0_Transformer/\(name)")
    }
    try folder.write(Golden.bytes("weights/zip.bin"), "0_Transformer/pytorch_model.bin")
    try folder.write(Golden.bytes("tiny/1_Pooling/config.json"), "1_Pooling/config.json")
    try folder.write(Golden.bytes("tiny/modules.json"), "modules.json")
    try folder.replace("\"path\": \"\"", "\"path\": \"0_Transformer\"", in: "modules.json")
    let checkpoint = try folder.open()
    #expect(try checkpoint.allBits() == source.open().allBits())
    #expect(checkpoint.sourceFiles.contains { $0.name == "0_Transformer/pytorch_model.bin" })
  }

  static let refused: [(String, String, String, String)] = [
    ("config.json", "\"gelu\"", "\"gelu_new\"", "hidden_act"),
    ("config.json", "\"absolute\"", "\"relative_key\"", "position_embedding_type"),
    ("config.json", "\"roberta\"", "\"mpnet\"", "model_type"),
    (
      "config.json", "\"model_type\": \"roberta\"", "\"is_decoder\": true, \"model_type\": \"roberta\"",
      "is_decoder"
    ),
    ("config.json", "\"hidden_size\": 8", "\"hidden_size\": \"8\"", "hidden_size"),
    ("config.json", "\"hidden_size\": 8", "\"hidden_size\": 0", "hidden_size"),
    ("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 99999999999", "num_hidden_layers"),
    ("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1025", "num_hidden_layers"),
    ("config.json", "\"num_attention_heads\": 2", "\"num_attention_heads\": 3", "num_attention_heads"),
    ("config.json", "\"layer_norm_eps\": 1e-05", "\"layer_norm_eps\": 0", "layer_norm_eps"),
    ("config.json", "\"pad_token_id\": 1", "\"pad_token_id\": 13", "max_position_embeddings"),
    ("config.json", "\"pad_token_id\": 1", "\"pad_token_id\": -1", "pad_token_id"),
    ("config.json", "\"vocab_size\": 24", "\"vocab_size\": 22", "vocab_size"),
    ("modules.json", "models.Pooling", "models.Dense", "[1].type"),
    ("modules.json", "sentence_transformers.models.Transformer", "custom.Transformer", "[0].type"),
    ("modules.json", "\"path\": \"1_Pooling\"", "\"path\": \"../x\"", "[1].path"),
    ("sentence_bert_config.json", "10", "1", "max_seq_length"),
  ]

  @Test("What is not supported or cannot be is named", arguments: refused)
  func refuses(_ file: String, _ old: String, _ new: String, _ path: String) throws {
    let folder = try folder()
    try folder.replace(old, new, in: file)
    let error = try #require(folder.failure())
    #expect(error.location == .json(path), "\(error)")
    #expect(error.file.hasSuffix(file))
    #expect(!error.description.contains("\n"))
  }

  @Test(
    "What is missing is named",
    arguments: ["config.json", "1_Pooling/config.json", "model.safetensors", "tokenizer.json"])
  func missing(_ name: String) throws {
    let folder = try folder()
    try folder.remove(name)
    if name == "tokenizer.json" { try folder.remove("vocab.txt") }
    #expect(folder.failure()?.kind == .missing)
  }

  @Test("A folder that is not there") func noFolder() {
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: "/nonexistent/folder") }
    #expect(error?.kind == .missing)
  }

  @Test("A shape that contradicts the configuration") func shape() throws {
    let folder = try folder()
    try folder.replace("\"intermediate_size\": 16", "\"intermediate_size\": 12", in: "config.json")
    let error = try #require(folder.failure())
    #expect(error.kind == .contradiction)
    #expect(error.location == .tensor("encoder.layer.0.intermediate.dense.weight"))
    #expect(error.message.contains("[16, 8]") && error.message.contains("[12, 8]"))
  }

  @Test("A missing tensor is named") func missingTensor() throws {
    let folder = try folder()
    try folder.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", in: "config.json")
    let error = try #require(folder.failure())
    #expect(error.location == .tensor("encoder.layer.2.attention.self.query.weight"))
  }

  @Test("A default prompt is mentioned") func prompt() throws {
    let folder = try folder()
    try folder.write(
      "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": \"query\"}",
      "config_sentence_transformers.json")
    #expect(try folder.open().notes.first?.contains("query: ") == true)
  }

  @Test("A Git LFS pointer is recognized") func pointer() throws {
    let folder = try folder()
    try folder.write(
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "model.safetensors")
    #expect(folder.failure()?.description.contains("git lfs pull") == true)
  }

  @Test("A file that is a folder") func folderAsFile() throws {
    let folder = try folder()
    try folder.remove("config.json")
    try folder.write("", "config.json/x")
    #expect(folder.failure()?.kind == .inputOutput)
  }

  @Test("Reading into a buffer of another size") func wrongBuffer() throws {
    let checkpoint = try folder().open()
    var values = [Float](repeating: 0, count: 7)
    let error = #expect(throws: CheckpointError.self) {
      try values.withUnsafeMutableBufferPointer { try checkpoint.read(.embeddingNormBeta, into: $0) }
    }
    #expect(error?.kind == .invalidRequest)
    #expect(throws: CheckpointError.self) { try checkpoint.values(of: .wordEmbeddings, rows: 20..<25) }
    #expect(throws: CheckpointError.self) { try checkpoint.shape(of: .layer(2, .output)) }
  }
}
