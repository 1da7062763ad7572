import KoQuant
import Testing

@Suite struct EmbeddingSequenceTests {
  private let texts = (0..<97).map { String(repeating: "ab c", count: $0 % 13) + "\($0)" }

  private func stream(_ texts: [String]) -> AsyncStream<String> {
    AsyncStream { continuation in
      for text in texts { continuation.yield(text) }
      continuation.finish()
    }
  }

  @Test(arguments: [1, 40, 5000]) func vectorsComeInOrder(batchTokens: Int) async throws {
    let model = try TinyModel().open()
    var seen = 0
    let options = EmbeddingSession.Options(threads: 2, batchTokens: batchTokens)
    for try await embedding in model.embeddings(of: stream(texts), options: options) {
      let ids = model.tokens(texts[seen])
      #expect(embedding.index == seen)
      #expect(embedding.tokens == ids.count)
      #expect(embedding.vector.map(\.bitPattern) == (try model.embed([ids])[0]))
      seen += 1
    }
    #expect(seen == texts.count)
  }

  @Test func noTextsGiveNoVectors() async throws {
    let model = try TinyModel().open()
    for try await _ in model.embeddings(of: stream([])) { Issue.record("a vector of nothing") }
  }

  @Test func cancellationEndsTheSequence() async throws {
    let model = try TinyModel().open()
    let texts = stream(texts)
    let work = Task {
      var seen = 0
      for try await _ in model.embeddings(of: texts, options: .init(batchTokens: 1)) {
        seen += 1
        if seen == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test(arguments: [1, 40, 5000]) func manyTextsAtOnce(batchTokens: Int) throws {
    let model = try TinyModel().open()
    var session = try EmbeddingSession(model, options: .init(batchTokens: batchTokens))
    let vectors = try session.embed(texts)
    let width = model.configuration.hiddenSize
    #expect(vectors.count == texts.count * width)
    for (index, text) in texts.enumerated() {
      let expected = try model.embed([model.tokens(text)])[0]
      #expect(vectors[index * width..<(index + 1) * width].map(\.bitPattern) == expected)
      #expect(try session.embed(text).map(\.bitPattern) == expected)
    }
    #expect(try session.embed([]).isEmpty)
  }
}
