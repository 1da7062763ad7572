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
    /// Layers that a streamed model holds decoded, 1 or 2: with 2 the next one is decoded while one is computed.
    public var ringLayers: Int

    public static var defaultBatchTokens: Int { 1024 }
    /// More tokens than this in a batch are refused, so that sizes cannot overflow.
    public static var maximumBatchTokens: Int { 1 << 24 }

    public init(
      threads: Int? = nil, batchTokens: Int = Self.defaultBatchTokens, normalize: Bool = false,
      ringLayers: Int = 2
    ) {
      self.threads = threads
      self.batchTokens = batchTokens
      self.normalize = normalize
      self.ringLayers = ringLayers
    }
  }

  public let model: EmbeddingModel
  public let options: Options
  private let pool: ThreadPool
  private let encoder: Encoder
  private let words: WordSource
  private var layers: LayerSource
  private var batch = PackedBatch()
  private var encoding = Encoding()

  /// Starts the threads and allocates everything that passes need.
  public init(_ model: EmbeddingModel, options: Options = Options()) throws(EmbeddingError) {
    let calls = model.file.calls
    let pool: ThreadPool
    let encoder: Encoder
    do throws(SystemError) {
      pool = try ThreadPool(threads: options.threads, calls: calls)
      encoder = try Encoder(
        configuration: model.configuration, kernels: model.kernels, capacity: options.batchTokens,
        threads: pool.threads, calls: calls)
    } catch {
      throw .system(error)
    }
    let words: WordSource
    let layers: LayerSource
    do throws(KoqError) {
      let loader = try SectionLoader(model.file, threads: pool.threads)
      words = try model.weights.wordSource(tokens: encoder.capacity, loader)
      layers = try LayerSource(model.weights, ringLayers: options.ringLayers, loader: loader)
    } catch {
      throw EmbeddingError(error)
    }
    self.pool = pool
    self.encoder = encoder
    self.words = words
    self.layers = layers
    self.model = model
    self.options = options
  }

  public var threads: Int { pool.threads }
  /// Tokens of the largest batch: `options.batchTokens`, or the model's longest sequence if that is more.
  public var capacity: Int { encoder.capacity }

  /// The vectors of a batch, `hiddenSize` floats per sequence.
  ///
  /// Allocates nothing after the first call.
  ///
  /// - Parameters:
  ///   - batch: at most `capacity` tokens, in sequences of 1 to `maximumTokens`.
  ///   - vectors: in the order of the sequences.
  public mutating func embed(
    _ batch: borrowing PackedBatch, into vectors: UnsafeMutableBufferPointer<Float>
  ) throws(EmbeddingError) {
    try embed(batch, into: vectors, layersTogether: true) { _, _ in }
  }

  /// The same, layer by layer.
  ///
  /// - Parameters:
  ///   - batch: at most `capacity` tokens, in sequences of 1 to `maximumTokens`.
  ///   - vectors: in the order of the sequences.
  ///   - onLayer: called with the hidden states (tokens x `Tile.stride(hiddenSize)`) after the embeddings
  ///     (layer 0) and after each layer (1 …).
  public mutating func embed(
    _ batch: borrowing PackedBatch, into vectors: UnsafeMutableBufferPointer<Float>,
    onLayer: (_ layer: Int, _ hidden: UnsafePointer<Float>) -> Void
  ) throws(EmbeddingError) {
    try embed(batch, into: vectors, layersTogether: false, onLayer)
  }

  private mutating func embed(
    _ batch: borrowing PackedBatch, into vectors: UnsafeMutableBufferPointer<Float>, layersTogether: Bool,
    _ onLayer: (_ layer: Int, _ hidden: UnsafePointer<Float>) -> Void
  ) throws(EmbeddingError) {
    try check(batch, vectors)
    guard let first = vectors.baseAddress, !batch.isEmpty else { return }
    do throws(KoqError) {
      try model.file.requireUnchanged()
      encoder.begin(
        batch, tables: model.weights.tables, words: words, beside: layers.load(0), pool: pool)
      try layers.check()
      onLayer(0, encoder.hidden)
      if layersTogether {
        try advance(batch)
      } else {
        for index in 0..<model.configuration.layers {
          try advance(batch, layer: index)
          onLayer(index + 1, encoder.hidden)
        }
      }
      // Somebody may have written to it while it was read.
      try model.file.requireUnchanged()
    } catch {
      throw EmbeddingError(error)
    }
    encoder.finish(batch, normalize: options.normalize, into: first, pool: pool)
  }

  private mutating func advance(_ batch: borrowing PackedBatch) throws(KoqError) {
    // The load of the first layer was run beside the embeddings.
    _ = try layers.layer(0)
    if encoder.advance(batch, through: layers, pool: pool) { return try layers.finishPass() }
    for index in 0..<model.configuration.layers { try advance(batch, layer: index) }
  }

  private mutating func advance(_ batch: borrowing PackedBatch, layer index: Int) throws(KoqError) {
    if let load = layers.load(index) { pool.run(count: load.count, load) }
    let layer = try layers.layer(index)
    encoder.advance(batch, layer: layer, beside: layers.loadNext(after: index), pool: pool)
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
