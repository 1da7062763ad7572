extension Weight: CustomStringConvertible {
  /// The name that Hugging Face's BertModel and RobertaModel give it, without a prefix:
  /// `encoder.layer.3.attention.self.query.weight`.
  public var name: String {
    switch self {
    case .wordEmbeddings: "embeddings.word_embeddings.weight"
    case .positionEmbeddings: "embeddings.position_embeddings.weight"
    case .tokenTypeEmbeddings: "embeddings.token_type_embeddings.weight"
    case .embeddingNormGamma: "embeddings.LayerNorm.weight"
    case .embeddingNormBeta: "embeddings.LayerNorm.bias"
    case .layer(let index, let weight): "encoder.layer.\(index).\(weight.name)"
    }
  }

  /// The same as TensorFlow conversions of 2018–2019 spell it (`LayerNorm.gamma`, `LayerNorm.beta`), or nil
  /// when there is only one spelling.
  var oldName: String? {
    switch self {
    case .embeddingNormGamma: "embeddings.LayerNorm.gamma"
    case .embeddingNormBeta: "embeddings.LayerNorm.beta"
    case .layer(let index, let weight): weight.oldName.map { "encoder.layer.\(index).\($0)" }
    default: nil
    }
  }

  public var description: String { name }
}

extension LayerWeight {
  var name: String {
    switch self {
    case .attentionQuery: "attention.self.query.weight"
    case .attentionQueryBias: "attention.self.query.bias"
    case .attentionKey: "attention.self.key.weight"
    case .attentionKeyBias: "attention.self.key.bias"
    case .attentionValue: "attention.self.value.weight"
    case .attentionValueBias: "attention.self.value.bias"
    case .attentionOutput: "attention.output.dense.weight"
    case .attentionOutputBias: "attention.output.dense.bias"
    case .attentionNormGamma: "attention.output.LayerNorm.weight"
    case .attentionNormBeta: "attention.output.LayerNorm.bias"
    case .intermediate: "intermediate.dense.weight"
    case .intermediateBias: "intermediate.dense.bias"
    case .output: "output.dense.weight"
    case .outputBias: "output.dense.bias"
    case .outputNormGamma: "output.LayerNorm.weight"
    case .outputNormBeta: "output.LayerNorm.bias"
    }
  }

  var oldName: String? {
    switch self {
    case .attentionNormGamma: "attention.output.LayerNorm.gamma"
    case .attentionNormBeta: "attention.output.LayerNorm.beta"
    case .outputNormGamma: "output.LayerNorm.gamma"
    case .outputNormBeta: "output.LayerNorm.beta"
    default: nil
    }
  }
}
