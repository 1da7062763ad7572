import Checkpoint
import Interchange
import Kernels
import KoQuant

extension ReferenceEncoder {
  /// The fp32 vectors of texts, in one pass over a checkpoint: a row per text.
  ///
  /// Memory: one layer of weights, the hidden states of all texts, and what `chunkTokens` tokens need between
  /// the matrices of a layer.
  ///
  /// - Parameters:
  ///   - observe: receives a layer's index and weights with the activations that go into each of its matrices, a
  ///     chunk of tokens at a time.
  ///   - onLayer: called with 0 and the embeddings, then with n and the hidden states after n layers.
  public static func encode(
    _ sequences: [[UInt32]], checkpoint: Checkpoint, kernels: KernelTable, pool: ThreadPool,
    observe: ((_ layer: Int, LayerWeights, MatrixInput) -> Void)? = nil,
    onLayer: ((_ layers: Int, HiddenStates) -> Void)? = nil
  ) throws(ReferenceError) -> FloatMatrix {
    let configuration = checkpoint.configuration
    let encoder = try ReferenceEncoder(configuration, sequences: sequences, kernels: kernels, pool: pool)
    try encoder.readEmbeddings(checkpoint)
    onLayer?(0, encoder.states)
    let weights = try LayerWeights(configuration)
    for layer in 0..<configuration.layers {
      try weights.read(layer: layer, from: checkpoint)
      try encoder.advance(weights, observe: observe.map { observe in { observe(layer, weights, $0) } })
      onLayer?(layer + 1, encoder.states)
    }
    return encoder.vectors()
  }

  /// Reads what the texts need of the word table, a block of rows at a time, and finishes the embeddings.
  package func readEmbeddings(_ checkpoint: Checkpoint) throws(ReferenceError) {
    let blockRows = 512
    let hiddenSize = configuration.hiddenSize
    let words = try Self.allocate(blockRows * hiddenSize)
    for start in stride(from: 0, to: configuration.vocabularySize, by: blockRows) {
      let rows = start..<min(start + blockRows, configuration.vocabularySize)
      if needsWords(rows) {
        let part = UnsafeMutableBufferPointer(
          rebasing: words.elements(of: Float.self)[..<(rows.count * hiddenSize)])
        try ReferenceError.reading { () throws(CheckpointError) in
          try checkpoint.read(.wordEmbeddings, rows: rows, into: part)
        }
        try takeWords(rows: rows, UnsafeBufferPointer(part))
      }
    }
    let positions = try Self.read(.positionEmbeddings, rows: configuration.positions, hiddenSize, checkpoint)
    let tokenType = try Self.read(.tokenTypeEmbeddings, rows: 1, hiddenSize, checkpoint)
    let gamma = try Self.read(.embeddingNormGamma, rows: hiddenSize, 1, checkpoint)
    let beta = try Self.read(.embeddingNormBeta, rows: hiddenSize, 1, checkpoint)
    try finishEmbeddings(
      positions: UnsafeBufferPointer(positions.elements(of: Float.self)),
      tokenType: UnsafeBufferPointer(tokenType.elements(of: Float.self)),
      gamma: UnsafeBufferPointer(gamma.elements(of: Float.self)),
      beta: UnsafeBufferPointer(beta.elements(of: Float.self)))
  }

  /// The first `rows` rows of a weight, of `columns` elements each.
  private static func read(
    _ weight: Weight, rows: Int, _ columns: Int, _ checkpoint: Checkpoint
  ) throws(ReferenceError) -> AlignedBuffer {
    let buffer = try allocate(rows * columns)
    try ReferenceError.reading { () throws(CheckpointError) in
      try checkpoint.read(weight, rows: 0..<rows, into: buffer.elements(of: Float.self))
    }
    return buffer
  }

  private static func allocate(_ count: Int) throws(ReferenceError) -> AlignedBuffer {
    try ReferenceError.allocating { () throws(SystemError) in
      try AlignedBuffer(count: count, of: Float.self, zeroed: false)
    }
  }
}
