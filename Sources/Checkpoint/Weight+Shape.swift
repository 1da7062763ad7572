import KoQuant

extension Weight {
  /// The shape that a valid configuration requires; nil for the token types, whose rows it does not state, and
  /// for a layer that the encoder does not have.
  func shape(in configuration: ModelConfiguration) -> [Int]? {
    let hidden = configuration.hiddenSize
    switch self {
    case .wordEmbeddings: return [configuration.vocabularySize, hidden]
    case .positionEmbeddings: return [configuration.positions, hidden]
    case .tokenTypeEmbeddings: return nil
    case .embeddingNormGamma, .embeddingNormBeta: return [hidden]
    case .layer(let index, let weight):
      guard index >= 0, index < configuration.layers else { return nil }
      return weight.shape(hidden: hidden, intermediate: configuration.intermediateSize)
    }
  }
}

extension LayerWeight {
  func shape(hidden: Int, intermediate: Int) -> [Int] {
    switch self {
    case .attentionQuery, .attentionKey, .attentionValue, .attentionOutput: [hidden, hidden]
    case .intermediate: [intermediate, hidden]
    case .intermediateBias: [intermediate]
    case .output: [hidden, intermediate]
    default: [hidden]
    }
  }
}
