import Kernels

/// Gamma and beta of a LayerNorm, padded with zeros to `Tile.stride(hiddenSize)`.
package struct LayerNormWeights {
  package var gamma: UnsafePointer<Float>
  package var beta: UnsafePointer<Float>

  package init(gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>) {
    self.gamma = gamma
    self.beta = beta
  }
}

/// A quantized linear map: its weights and how its input is quantized.
package struct LinearWeights {
  package var matrix: Int8Matrix
  /// Factors per input channel applied before quantization; see `QuantizeRows.balance`.
  package var balance: UnsafePointer<Float>?

  package init(matrix: Int8Matrix, balance: UnsafePointer<Float>? = nil) {
    self.matrix = matrix
    self.balance = balance
  }
}

/// The weights of one transformer layer, wherever their bytes live: in the mapped file or in an owned buffer.
///
///     hidden ─ attentionQKV ─ attention ─ attentionOutput ─ (+) ─ attentionNorm
///            └───────────────────────────────────────────────┘        │
///     hidden ─ outputNorm ─ (+) ─ output ─ GELU ─ intermediate ───────┤
///                            └────────────────────────────────────────┘
///
/// The outputs of `attentionQKV` are query, key and value, each padded to `Tile.stride(hiddenSize)` channels.
package struct EncoderLayer {
  package var attentionQKV: LinearWeights
  package var attentionOutput: LinearWeights
  package var attentionNorm: LayerNormWeights
  package var intermediate: LinearWeights
  package var output: LinearWeights
  package var outputNorm: LayerNormWeights

  package init(
    attentionQKV: LinearWeights, attentionOutput: LinearWeights, attentionNorm: LayerNormWeights,
    intermediate: LinearWeights, output: LinearWeights, outputNorm: LayerNormWeights
  ) {
    self.attentionQKV = attentionQKV
    self.attentionOutput = attentionOutput
    self.attentionNorm = attentionNorm
    self.intermediate = intermediate
    self.output = output
    self.outputNorm = outputNorm
  }
}

/// What turns token ids into the first hidden states, beside the rows of the word table.
package struct EmbeddingTables {
  /// One scale per row of the word table.
  package var wordScales: UnsafePointer<Float>
  /// positions x `Tile.stride(hiddenSize)`, the embedding of token type 0 added.
  package var positions: UnsafePointer<Float>
  package var norm: LayerNormWeights

  package init(
    wordScales: UnsafePointer<Float>, positions: UnsafePointer<Float>, norm: LayerNormWeights
  ) {
    self.wordScales = wordScales
    self.positions = positions
    self.norm = norm
  }
}
