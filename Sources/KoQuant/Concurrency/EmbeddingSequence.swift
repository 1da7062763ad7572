#if !hasFeature(Embedded)
  /// The embeddings of an asynchronous sequence of texts, in its order; see `EmbeddingModel.embeddings(of:options:)`.
  public struct EmbeddingSequence<Texts: AsyncSequence>: AsyncSequence where Texts.Element == String {
    /// A text's vector, and what became of the text.
    public struct Element: Sendable {
      /// Number of the text in the sequence, from 0.
      public var index: Int
      /// `hiddenSize` floats.
      public var vector: [Float]
      /// Tokens that were encoded, special tokens included.
      public var tokens: Int
      /// Whether the text had more tokens than the model takes.
      public var truncated: Bool
    }

    let texts: Texts
    let model: EmbeddingModel
    let options: EmbeddingSession.Options

    public func makeAsyncIterator() -> AsyncIterator {
      AsyncIterator(texts: texts.makeAsyncIterator(), model: model, options: options)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
      private var texts: Texts.AsyncIterator
      private let model: EmbeddingModel
      private let options: EmbeddingSession.Options
      private var batches: Batches?
      /// Finished elements, the next one last.
      private var finished: [Element] = []
      private var reachedEnd = false

      init(texts: Texts.AsyncIterator, model: EmbeddingModel, options: EmbeddingSession.Options) {
        self.texts = texts
        self.model = model
        self.options = options
      }

      /// The next element, nil after the last.
      ///
      /// - Throws: `EmbeddingError`, `CancellationError` before a batch when the task was cancelled, and what
      ///   the sequence of texts throws.
      public mutating func next() async throws -> Element? {
        if finished.isEmpty, !reachedEnd { try await fill() }
        return finished.popLast()
      }

      /// Collects texts until a batch is full or they end, and computes it.
      private mutating func fill() async throws {
        let batches = try batches ?? Batches(EmbeddingSession(model, options: options))
        self.batches = batches
        while !batches.isFull {
          guard let text = try await texts.next() else {
            reachedEnd = true
            break
          }
          batches.append(text)
        }
        try Task.checkCancellation()
        finished = try batches.embed()
      }
    }
  }

  /// An `EmbeddingStream` and the text that its batch had no room for.
  private final class Batches {
    private var stream: EmbeddingStream
    private var waiting: String?

    init(_ session: consuming EmbeddingSession) { stream = EmbeddingStream(session) }

    var isFull: Bool { waiting != nil }

    func append(_ text: String) {
      if !appendNow(text) { waiting = text }
    }

    /// The elements of the batch, last one first; the next batch begins with what had no room.
    func embed<Texts>() throws(EmbeddingError) -> [EmbeddingSequence<Texts>.Element] {
      try stream.embed()
      var elements: [EmbeddingSequence<Texts>.Element] = []
      stream.drain { record in
        elements.append(
          .init(
            index: record.index, vector: Array(record.embedding), tokens: record.tokens,
            truncated: record.truncated))
      }
      if let text = waiting {
        waiting = nil
        append(text)
      }
      elements.reverse()
      return elements
    }

    private func appendNow(_ text: String) -> Bool {
      var text = text
      return text.withUTF8 { stream.append($0) }
    }
  }

  extension EmbeddingModel {
    /// The embeddings of texts that arrive one after the other, in their order, a batch at a time: memory is that
    /// of one batch, however many texts come.
    ///
    /// Each iteration has threads and memory of its own. A batch is computed on the thread of the caller's task (and
    /// the session's threads), and cannot be interrupted; between batches a cancelled task ends with
    /// `CancellationError`.
    public func embeddings<Texts: AsyncSequence>(
      of texts: Texts, options: EmbeddingSession.Options = .init()
    ) -> EmbeddingSequence<Texts> where Texts.Element == String {
      EmbeddingSequence(texts: texts, model: self, options: options)
    }
  }
#endif
