import KoQuant
import Testing

@Suite struct EmbeddingStreamTests {
  @Test(arguments: [1, 40, 100, 5000]) func textsComeOutInOrder(batchTokens: Int) throws {
    let model = try TinyModel().open()
    let texts = (0..<97).map { String(repeating: "ab c", count: $0 % 13) + "\($0)" }
    let session = try EmbeddingSession(model, options: .init(threads: 2, batchTokens: batchTokens))
    var stream = EmbeddingStream(session)
    var seen = 0
    func check(_ record: EmbeddingStream.Record) throws {
      #expect(record.index == seen)
      #expect(Array(record.text) == Array(texts[seen].utf8))
      let ids = model.tokens(texts[seen])
      #expect(record.tokens == ids.count)
      #expect(record.embedding.map(\.bitPattern) == (try model.embed([ids])[0]))
      seen += 1
    }
    for text in texts {
      let bytes = Array(text.utf8)
      if !bytes.withUnsafeBufferPointer({ stream.append($0) }) {
        try stream.embed()
        try stream.drain(check)
        #expect(stream.count == 0)
        let added = bytes.withUnsafeBufferPointer { stream.append($0) }
        #expect(added, "an empty batch has room for any text")
      }
    }
    try stream.embed()
    try stream.drain(check)
    #expect(seen == texts.count)
  }
}
