/// A weight of the encoder, whatever the checkpoint calls it.
///
/// Shapes are PyTorch's: a matrix is [outputs, inputs], so that `y = x Wᵀ + b`.
public enum Weight: Sendable, Hashable {
  /// [vocabulary, hidden]
  case wordEmbeddings
  /// [positions, hidden]
  case positionEmbeddings
  /// [token types, hidden]; sentences use row 0.
  case tokenTypeEmbeddings
  /// [hidden]
  case embeddingNormGamma
  /// [hidden]
  case embeddingNormBeta
  /// A weight of one encoder layer, counted from 0.
  case layer(Int, LayerWeight)
}

/// A weight of an encoder layer. Biases and LayerNorm parameters have the length of the matrix's outputs.
public enum LayerWeight: Sendable, Hashable, CaseIterable {
  /// [hidden, hidden]
  case attentionQuery
  case attentionQueryBias
  /// [hidden, hidden]
  case attentionKey
  case attentionKeyBias
  /// [hidden, hidden]
  case attentionValue
  case attentionValueBias
  /// [hidden, hidden], applied to the concatenated heads.
  case attentionOutput
  case attentionOutputBias
  /// LayerNorm after the attention's residual.
  case attentionNormGamma
  case attentionNormBeta
  /// [intermediate, hidden], before GELU.
  case intermediate
  case intermediateBias
  /// [hidden, intermediate]
  case output
  case outputBias
  /// LayerNorm after the feed-forward's residual.
  case outputNormGamma
  case outputNormBeta
}

extension Weight {
  /// Every weight of an encoder with this many layers, in the order of computation.
  public static func all(layers: Int) -> [Weight] {
    let embeddings: [Weight] = [
      .wordEmbeddings, .positionEmbeddings, .tokenTypeEmbeddings, .embeddingNormGamma, .embeddingNormBeta,
    ]
    return embeddings
      + (0..<max(layers, 0)).flatMap { layer in LayerWeight.allCases.map { .layer(layer, $0) } }
  }
}
