import Interchange
import KoQuant

/// `config.json` of a BERT or RoBERTa encoder, with the defaults of Hugging Face's configuration classes.
struct ArchitectureConfiguration {
  let node: JSONNode
  let modelType: String
  /// `tokenizer_class`, where the model rather than the tokenizer names it.
  let tokenizerClass: String?
  let tokenTypes: Int
  let positions: Int
  let paddingToken: UInt32
  let hiddenSize: Int
  let vocabularySize: Int
  private let architecture: ModelConfiguration.Architecture
  private let layers: Int
  private let attentionHeads: Int
  private let intermediateSize: Int
  private let layerNormEpsilon: Double

  init(_ folder: Folder, recording sources: inout [SourceFile]) throws(CheckpointError) {
    guard let node = try folder.json("config.json", recording: &sources) else {
      throw CheckpointError(
        .missing, file: folder.path(of: "config.json"), "is missing",
        advice: "give the folder of a Hugging Face checkpoint")
    }
    self.node = node
    _ = try node.members()
    modelType = try node.required("model_type").string()
    architecture = try Self.architecture(modelType, node)
    try Self.checkVariants(node)
    func size(_ key: StaticString, default value: Int) throws(CheckpointError) -> Int {
      try node.optional(key)?.integer(in: 1...Int(Int32.max)) ?? value
    }
    layers = try size("num_hidden_layers", default: 12)
    hiddenSize = try size("hidden_size", default: 768)
    attentionHeads = try size("num_attention_heads", default: 12)
    intermediateSize = try size("intermediate_size", default: 3072)
    vocabularySize = try size("vocab_size", default: modelType == "roberta" ? 50265 : 30522)
    positions = try size("max_position_embeddings", default: 512)
    tokenTypes = try size("type_vocab_size", default: 2)
    layerNormEpsilon = try node.optional("layer_norm_eps")?.double() ?? 1e-12
    tokenizerClass = try node.optional("tokenizer_class")?.string()
    let defaultPadding = architecture == .roberta ? 1 : 0
    paddingToken = UInt32(
      try node.optional("pad_token_id")?.integer(in: 0...Int(Int32.max)) ?? defaultPadding)
  }

  private static func architecture(
    _ modelType: String, _ node: JSONNode
  ) throws(CheckpointError) -> ModelConfiguration.Architecture {
    switch modelType {
    case "bert": return .bert
    case "roberta", "xlm-roberta", "camembert": return .roberta
    default:
      throw node.child(.null, "model_type").failure(
        .unsupported, "\(quoted(modelType)) is not supported",
        advice: "supported are bert, roberta, xlm-roberta and camembert")
    }
  }

  /// Refuses what would compute something else with the same weights.
  private static func checkVariants(_ node: JSONNode) throws(CheckpointError) {
    if let activation = node.optional("hidden_act"), try activation.string() != "gelu" {
      throw activation.failure(
        .unsupported, "\(quoted(try activation.string())) is not supported; only \"gelu\" is")
    }
    if let positions = node.optional("position_embedding_type"), try positions.string() != "absolute" {
      throw positions.failure(
        .unsupported, "\(quoted(try positions.string())) is not supported; only \"absolute\" is")
    }
    for key: StaticString in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] {
      if let flag = node.optional(key), try flag.boolean() {
        throw flag.failure(.unsupported, "is true; only encoders are supported")
      }
    }
  }
}

extension ArchitectureConfiguration {
  /// Rows of the position table that tokens can use.
  var usablePositions: Int {
    architecture == .roberta ? positions - Int(paddingToken) - 1 : positions
  }

  /// The whole configuration; throws for a combination that no encoder can have.
  func modelConfiguration(
    maximumTokens: Int, pooling: ModelConfiguration.Pooling, normalizes: Bool
  ) throws(CheckpointError) -> ModelConfiguration {
    let configuration = ModelConfiguration(
      architecture: architecture, layers: layers, hiddenSize: hiddenSize, attentionHeads: attentionHeads,
      intermediateSize: intermediateSize, vocabularySize: vocabularySize, positions: positions,
      paddingToken: paddingToken, maximumTokens: maximumTokens, layerNormEpsilon: Float(layerNormEpsilon),
      pooling: pooling, normalizes: normalizes)
    do {
      try configuration.validate()
    } catch {
      throw node.child(.null, Self.key(of: "\(error.field)")).failure(
        .contradiction, "must be \(error.requirement)")
    }
    return configuration
  }

  /// What `config.json` calls a field of `ModelConfiguration`.
  private static func key(of field: String) -> String {
    switch field {
    case "layers": "num_hidden_layers"
    case "hiddenSize": "hidden_size"
    case "attentionHeads": "num_attention_heads"
    case "intermediateSize": "intermediate_size"
    case "vocabularySize": "vocab_size"
    case "positions": "max_position_embeddings"
    case "paddingToken": "pad_token_id"
    case "maximumTokens": "max_position_embeddings"
    case "layerNormEpsilon": "layer_norm_eps"
    default: field
    }
  }
}
