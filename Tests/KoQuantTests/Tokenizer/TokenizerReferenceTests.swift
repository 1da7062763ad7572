import KoQuant
import Testing

@Suite("Tokenizer against the reference")
struct TokenizerReferenceTests {
  @Test("Tricky texts have the ids of the reference", arguments: TokenizerGolden.all)
  func cases(_ golden: TokenizerGolden) throws {
    let loaded = try LoadedTokenizer(golden.definition)
    #expect(golden.cases.count >= 60)
    var encoding = Encoding()
    for example in golden.cases {
      let limit = example.limit == 0 ? Int.max : example.limit
      loaded.encode(example.text, maximumTokens: limit, into: &encoding)
      #expect(
        encoding.ids == example.ids,
        "\(String(decoding: example.text, as: UTF8.self).debugDescription), limit \(example.limit)")
      let isValid = String(validating: example.text, as: UTF8.self) != nil
      #expect(encoding.replacedInvalidBytes == !isValid)
    }
  }

  @Test("Every Unicode scalar, between letters", arguments: ["cased", "uncased"])
  func everyScalar(_ name: String) throws {
    let golden = try TokenizerGolden.named(name)
    let definition = golden.definition
    let loaded = try LoadedTokenizer(definition)
    try #require(golden.idBlocks.count == 0x110 && golden.textBlocks.count == 0x110)
    var encoding = Encoding()
    for block in 0..<0x110 {
      var ids = FNV()
      var texts = FNV()
      for value in UInt32(block) << 12..<UInt32(block + 1) << 12 {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let text = Array("a\(scalar)b".utf8)
        loaded.encode(text, into: &encoding)
        for id in encoding.ids { ids.add(id) }
        texts.add(definition.normalized(text))
      }
      #expect(ids.hexadecimal == golden.idBlocks[block], "ids from U+\(String(block, radix: 16))000")
      #expect(texts.hexadecimal == golden.textBlocks[block], "texts from U+\(String(block, radix: 16))000")
    }
  }

  @Test("An encoding that was used before gives the same", arguments: TokenizerGolden.all)
  func reuse(_ golden: TokenizerGolden) throws {
    let loaded = try LoadedTokenizer(golden.definition)
    var reused = Encoding()
    for example in golden.cases.prefix(100) + golden.cases.prefix(100).reversed() {
      var fresh = Encoding()
      loaded.encode(example.text, into: &fresh)
      loaded.encode(example.text, into: &reused)
      #expect(fresh.ids == reused.ids && fresh.tokenCount == reused.tokenCount)
    }
  }

  @Test("Tokens are found by id, added ones too")
  func tokens() throws {
    let golden = try TokenizerGolden.named("cased added tokens")
    let loaded = try LoadedTokenizer(golden.definition)
    func text(_ id: UInt32) -> String { String(decoding: loaded.tokenizer.token(id), as: UTF8.self) }
    for (id, token) in golden.vocabulary.enumerated() { #expect(text(UInt32(id)) == token) }
    for token in golden.addedTokens { #expect(text(token.id) == token.content) }
    #expect(loaded.tokenizer.tokenCount == Int(golden.addedTokens.map(\.id).max() ?? 0) + 1)
    #expect(text(UInt32(loaded.tokenizer.tokenCount)).isEmpty)
    #expect(text(.max).isEmpty)
  }
}

/// The FNV-1a hash, 64 bits.
private struct FNV {
  var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  mutating func add(_ number: UInt32) {
    add((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
  }

  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
