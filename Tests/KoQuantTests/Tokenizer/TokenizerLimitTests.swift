import KoQuant
import Testing

@Suite("Tokenizer limits")
struct TokenizerLimitTests {
  let loaded: LoadedTokenizer
  let unknown: UInt32 = 1

  init() throws { loaded = try LoadedTokenizer(TokenizerGolden.named("cased").definition) }

  @Test("Truncation cuts the content and keeps the last separator")
  func truncation() {
    let text = "안녕하세요 the world of unaffable 고양이, [SEP] 12"
    let whole = loaded.encode(text)
    #expect(!whole.truncated && whole.tokenCount == whole.ids.count && whole.isTokenCountExact)
    for limit in 2...whole.ids.count + 2 {
      let cut = loaded.encode(text, maximumTokens: limit)
      #expect(cut.truncated == (limit < whole.ids.count))
      #expect(cut.tokenCount == whole.tokenCount && cut.isTokenCountExact)
      #expect(cut.ids == (cut.truncated ? whole.ids.prefix(limit - 1) + [3] : whole.ids))
    }
    for limit in [Int.min, -1, 0, 1] { #expect(loaded.encode(text, maximumTokens: limit).ids == [2, 3]) }
  }

  @Test("An empty text is classifier and separator")
  func empty() {
    #expect(loaded.encode("").ids == [2, 3])
    #expect(loaded.encode("").tokenCount == 2)
    var encoding = Encoding()
    loaded.tokenizer.encode(UnsafeBufferPointer(start: nil, count: 0), maximumTokens: 8, into: &encoding)
    #expect(encoding.ids == [2, 3])
  }

  @Test("Counting stops far beyond the limit")
  func counting() {
    let exact = loaded.encode(String(repeating: "a ", count: 60_000), maximumTokens: 8)
    #expect(exact.tokenCount == 60_002 && exact.isTokenCountExact && exact.truncated)
    let more = loaded.encode(String(repeating: "a ", count: 1_000_000), maximumTokens: 8)
    #expect(more.tokenCount < 70_000 && !more.isTokenCountExact && more.truncated)
    #expect(more.ids == exact.ids)
  }

  /// Lines of 10 MB that would expose quadratic time or memory that grows with the text.
  @Test(
    "A line of 10 MB", .timeLimit(.minutes(1)),
    arguments: [
      "cased", "uncased", "cased added tokens", "uncased added tokens", "not cleaned",
    ])
  func longLines(_ name: String) throws {
    let loaded = try LoadedTokenizer(TokenizerGolden.named(name).definition)
    let units = [
      "a", "가", "안녕하세요 ", "the ", " ", "\u{0}", "\u{1D165}", "\u{302E}", "\u{301}", "[", "[SEP]", "<both> ",
      "<wor", "aa", "고양", "日", "\u{1D15E}",
    ]
    var encoding = Encoding()
    for unit in units.map({ Array($0.utf8) }) + [[0xFF], [0xE3, 0x80], [0xF0, 0x9F]] {
      var text: [UInt8] = []
      text.reserveCapacity(10_000_000 + unit.count)
      while text.count < 10_000_000 { text += unit }
      loaded.encode(text, maximumTokens: 128, into: &encoding)
      #expect(encoding.ids.count <= 128 && encoding.ids.count >= 2)
      #expect(encoding.truncated == (encoding.tokenCount > 128))
    }
  }

  @Test("A word that ends where the limit of scalars ends")
  func longWords() {
    let count = 100
    #expect(loaded.encode(String(repeating: "a", count: count)).ids.count == count + 2)
    #expect(loaded.encode(String(repeating: "a", count: count + 1)).ids == [2, unknown, 3])
    let removed = String(repeating: "a\u{200B}", count: count)
    #expect(loaded.encode(removed).ids.count == count + 2)
  }
}
