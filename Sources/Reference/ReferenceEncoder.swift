import Kernels
import KoQuant

/// The encoder in fp32: what int8 vectors are measured against.
///
/// All texts advance together, layer by layer, so that one pass over a checkpoint suffices and no more than one
/// layer of weights is in memory:
///
///     let encoder = try ReferenceEncoder(configuration, sequences: tokenIds, kernels: kernels, pool: pool)
///     encoder.takeWords(rows: 0..<1024, …)                // all blocks of the word table, in any order
///     try encoder.finishEmbeddings(positions: …, tokenType: …, gamma: …, beta: …)
///     for layer in 0..<configuration.layers { encoder.advance(layerWeights) }
///     let vectors = encoder.vectors()
///
/// `encode(_:…)` does all of it from a checkpoint. Results do not depend on the number of threads nor on which
/// texts are encoded together. Sums are arranged for accuracy (`MatrixProduct`), everything else is as in
/// Hugging Face's BertModel and RobertaModel.
public final class ReferenceEncoder {
  /// Tokens that advance through a layer at a time: bounds the memory of what is between its matrices.
  static let chunkTokens = 1024

  public let configuration: ModelConfiguration
  let batch: TokenBatch
  let kernels: KernelTable
  let pool: ThreadPool
  let product: MatrixProduct
  /// Ranges of texts that advance together.
  package let chunks: [Range<Int>]
  /// Serves all layers: freed and allocated for each, it would fragment the heap.
  let workspace: LayerWorkspace
  let hidden: AlignedBuffer
  private let productBuffer: AlignedBuffer

  /// - Parameters:
  ///   - configuration: a valid one.
  ///   - sequences: token ids of each text, special tokens included.
  public init(
    _ configuration: ModelConfiguration, sequences: [[UInt32]], kernels: KernelTable, pool: ThreadPool
  ) throws(ReferenceError) {
    self.configuration = configuration
    self.kernels = kernels
    self.pool = pool
    let batch = try TokenBatch(sequences, configuration)
    self.batch = batch
    let chunks = batch.chunks(tokens: Self.chunkTokens)
    self.chunks = chunks
    workspace = try ReferenceError.allocating { () throws(SystemError) in
      try LayerWorkspace(configuration, batch, chunks, threads: pool.threads)
    }
    let hiddenCount = batch.ids.count * Tile.stride(configuration.hiddenSize)
    hidden = try ReferenceError.allocating { () throws(SystemError) in
      try AlignedBuffer(count: hiddenCount, of: Float.self)
    }
    productBuffer = try ReferenceError.allocating { () throws(SystemError) in
      try AlignedBuffer(count: pool.threads * MatrixProduct.workspaceSize, of: Float.self, zeroed: false)
    }
    guard let workspaces = productBuffer.elements(of: Float.self).baseAddress else {
      throw .system(SystemError(.allocate, .tooLarge))
    }
    product = MatrixProduct(kernels: kernels, pool: pool, workspaces: workspaces)
  }

  /// Tokens of the largest chunk.
  package var largestChunk: Int {
    chunks.map { batch.starts[$0.upperBound] - batch.starts[$0.lowerBound] }.max() ?? 0
  }

  /// The hidden states after the last thing that was done; valid until the next.
  public var states: HiddenStates {
    HiddenStates(
      values: UnsafeBufferPointer(hidden.elements(of: Float.self)),
      stride: Tile.stride(configuration.hiddenSize), channels: configuration.hiddenSize, starts: batch.starts)
  }

  var hiddenValues: UnsafeMutableBufferPointer<Float> { hidden.elements(of: Float.self) }
}

/// The hidden states of all texts, a row per token.
public struct HiddenStates {
  /// tokens x stride; zeros beyond `channels`.
  public var values: UnsafeBufferPointer<Float>
  public var stride: Int
  public var channels: Int
  /// Text t has rows `starts[t] ..< starts[t + 1]`.
  public var starts: [Int]

  public init(values: UnsafeBufferPointer<Float>, stride: Int, channels: Int, starts: [Int]) {
    self.values = values
    self.stride = stride
    self.channels = channels
    self.starts = starts
  }

  public var tokens: Int { starts.last ?? 0 }

  /// The channels of one token.
  public subscript(token: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: values[token * stride..<token * stride + channels])
  }
}
