/// Texts in, vectors out in the same order, a batch at a time: memory is that of one batch, however many
/// texts come.
///
///     while there are texts {
///       if !stream.append(text) { try stream.embed(); stream.drain { … }; _ = stream.append(text) }
///     }
///     try stream.embed(); stream.drain { … }
public struct EmbeddingStream: ~Copyable {
  /// A text and its vector; the pointers are valid during the call that passes it.
  public struct Record {
    /// Number of the text in the stream, from 0.
    public var index: Int
    public var text: UnsafeBufferPointer<UInt8>
    /// Tokens that were encoded, special tokens included.
    public var tokens: Int
    /// Whether the text had more tokens than the model takes.
    public var truncated: Bool
    public var embedding: UnsafeBufferPointer<Float>

    public init(
      index: Int, text: UnsafeBufferPointer<UInt8>, tokens: Int, truncated: Bool,
      embedding: UnsafeBufferPointer<Float>
    ) {
      self.index = index
      self.text = text
      self.tokens = tokens
      self.truncated = truncated
      self.embedding = embedding
    }
  }

  /// Bytes of text after which a batch takes no more: long texts are cut to few tokens, but kept whole here.
  static let maximumTextBytes = 1 << 20

  private var session: EmbeddingSession
  private var batch = PackedBatch()
  private var encoding = Encoding()
  private var texts: [UInt8] = []
  /// Per text of the batch: where it ends in `texts`, and whether it was truncated.
  private var waiting: [(end: Int, truncated: Bool)] = []
  private var vectors: [Float] = []
  private var firstIndex = 0

  public init(_ session: consuming EmbeddingSession) {
    self.session = session
  }

  /// How the last text given to `append` was tokenized.
  public var lastEncoding: Encoding { encoding }

  /// Texts appended and not yet drained.
  public var count: Int { waiting.count }

  /// Adds a text (UTF-8) to the batch, or returns false and changes nothing when the batch has no room for it.
  /// An empty batch has room for any text.
  public mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if texts.count >= Self.maximumTextBytes { return false }
    let model = session.model
    model.tokenizer.encode(text, maximumTokens: model.configuration.maximumTokens, into: &encoding)
    if batch.tokens.count + encoding.ids.count > session.capacity { return false }
    batch.append(encoding.ids)
    texts.append(contentsOf: text)
    waiting.append((texts.count, encoding.truncated))
    return true
  }

  /// Takes back the text that was appended last.
  public mutating func removeLast() {
    guard waiting.popLast() != nil else { return }
    batch.removeLast()
    texts.removeSubrange((waiting.last?.end ?? 0)...)
  }

  /// Computes the vectors of the batch.
  public mutating func embed() throws(EmbeddingError) {
    let needed = waiting.count * session.model.configuration.hiddenSize
    if vectors.count < needed { vectors.append(contentsOf: repeatElement(0, count: needed - vectors.count)) }
    try vectors.withUnsafeMutableBufferPointer { vectors throws(EmbeddingError) in
      try session.embed(batch, into: vectors)
    }
  }

  /// Passes on the texts of the batch with the vectors of the last `embed`, in order, and empties the batch.
  public mutating func drain<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
    let width = session.model.configuration.hiddenSize
    try texts.withUnsafeBufferPointer { texts throws(Failure) in
      try vectors.withUnsafeBufferPointer { vectors throws(Failure) in
        var start = 0
        for (position, entry) in waiting.enumerated() {
          let vector = position * width..<(position + 1) * width
          try body(
            Record(
              index: firstIndex + position, text: UnsafeBufferPointer(rebasing: texts[start..<entry.end]),
              tokens: batch.range(position).count, truncated: entry.truncated,
              embedding: UnsafeBufferPointer(rebasing: vectors[vector])))
          start = entry.end
        }
      }
    }
    firstIndex += waiting.count
    batch.removeAll()
    texts.removeAll(keepingCapacity: texts.capacity <= 2 * Self.maximumTextBytes)
    waiting.removeAll(keepingCapacity: true)
  }
}
