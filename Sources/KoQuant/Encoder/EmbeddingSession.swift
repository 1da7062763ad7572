import Kernels

/// One stream of texts through a model: threads, and memory allocated once for batches of a given size.
///
/// A session is used from one thread at a time; several sessions may share a model.
public struct EmbeddingSession: ~Copyable {
  public struct Options: Sendable {
    /// Threads that compute, the caller included; nil for what the scheduler and the container allow.
    public var threads: Int?
    /// Tokens that are encoded together: memory grows with it, throughput levels off.
    public var batchTokens: Int
    /// Whether to scale vectors to length 1 even if the model does not.
    public var normalize: Bool

    public static var defaultBatchTokens: Int { 1024 }

    public init(threads: Int? = nil, batchTokens: Int = Self.defaultBatchTokens, normalize: Bool = false) {
      self.threads = threads
      self.batchTokens = batchTokens
      self.normalize = normalize
    }
  }

  public let model: EmbeddingModel
  public let options: Options
  private let pool: ThreadPool
  private let encoder: Encoder
  private var batch = PackedBatch()
  private var encoding = Encoding()

  public init(_ model: EmbeddingModel, options: Options = Options()) throws(EmbeddingError) {
    let pool: ThreadPool
    let encoder: Encoder
    do throws(SystemError) {
      pool = try ThreadPool(threads: options.threads)
      encoder = try Encoder(
        configuration: model.configuration, kernels: model.kernels, capacity: options.batchTokens,
        threads: pool.threads, calls: model.file.calls)
    } catch {
      throw .system(error)
    }
    self.model = model
    self.options = options
    self.pool = pool
    self.encoder = encoder
  }

  public var threads: Int { pool.threads }
  /// Tokens of the largest batch: `options.batchTokens`, or the model's longest sequence if that is more.
  public var capacity: Int { encoder.capacity }

  /// The vectors of a batch, `hiddenSize` floats per sequence.
  ///
  /// - Parameter onLayer: called with the hidden states (tokens x `Tile.stride(hiddenSize)`) after the
  ///   embeddings (layer 0) and after each layer (1 …).
  public mutating func embed(
    _ batch: borrowing PackedBatch, into vectors: UnsafeMutableBufferPointer<Float>,
    onLayer: (_ layer: Int, _ hidden: UnsafePointer<Float>) -> Void = { _, _ in }
  ) throws(EmbeddingError) {
    try check(batch, vectors)
    guard let first = vectors.baseAddress, !batch.isEmpty else { return }
    encoder.begin(batch, weights: model.weights.embeddings, pool: pool)
    onLayer(0, encoder.hidden)
    for (index, layer) in model.weights.layers.enumerated() {
      encoder.advance(batch, layer: layer, pool: pool)
      onLayer(index + 1, encoder.hidden)
    }
    encoder.finish(batch, normalize: options.normalize, into: first)
  }

  /// The vector of one text (UTF-8), `hiddenSize` floats.
  ///
  /// - Returns: how the text was tokenized.
  @discardableResult
  public mutating func embed(
    _ text: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>
  ) throws(EmbeddingError) -> Encoding {
    model.tokenizer.encode(text, maximumTokens: model.configuration.maximumTokens, into: &encoding)
    batch.removeAll()
    batch.append(encoding.ids)
    let single = batch
    try embed(single, into: vector)
    return encoding
  }

  private func check(
    _ batch: borrowing PackedBatch, _ vectors: UnsafeMutableBufferPointer<Float>
  ) throws(EmbeddingError) {
    let configuration = model.configuration
    guard batch.tokens.count <= capacity else {
      throw .invalidBatch("more tokens than the session's capacity")
    }
    guard vectors.count >= batch.sequences * configuration.hiddenSize else {
      throw .invalidBatch("the output has less than hiddenSize floats per sequence")
    }
    for index in 0..<batch.sequences {
      let length = batch.range(index).count
      guard (1...configuration.maximumTokens).contains(length) else {
        throw .invalidBatch("a sequence is empty or longer than the model's maximum")
      }
    }
    for token in batch.tokens where token >= UInt32(configuration.vocabularySize) {
      throw .invalidBatch("a token id is not in the vocabulary")
    }
  }
}
