import KoQuant
import Testing

@Suite("Tokenizer sections that were damaged or made to harm")
struct TokenizerHostileTests {
  let definition: TokenizerDefinition
  let texts: [[UInt8]]

  init() throws {
    var golden = try TokenizerGolden.named("uncased added tokens")
    golden.vocabulary = Array(golden.vocabulary.prefix(40)) + ["안", "##녕", "hello", "##ing"]
    let count = UInt32(golden.vocabulary.count)
    for i in golden.addedTokens.indices.dropFirst(5) { golden.addedTokens[i].id = count + UInt32(i) }
    definition = golden.definition
    texts =
      golden.cases.prefix(6).map(\.text) + [
        Array("Hello World the aaaa aa 고양이 <word> <both> [SEP] 안녕ing \u{1D165}\u{302E} 日本!?".utf8),
        [0xFF, 0x41, 0xE3, 0x80], Array(repeating: 0x61, count: 2000),
      ]
  }

  /// Loads sections and, when they are accepted, checks what encoding makes of them.
  private func check(_ settings: [UInt8], _ vocabulary: [UInt8], _ encoding: inout Encoding) -> Bool {
    guard let loaded = try? LoadedTokenizer(settings: settings, vocabulary: vocabulary) else { return false }
    for text in texts {
      loaded.encode(text, maximumTokens: 64, into: &encoding)
      #expect(encoding.ids.allSatisfy { $0 < loaded.tokenizer.tokenCount })
      #expect(encoding.ids.count <= 64)
    }
    for id in 0..<UInt32(100) { _ = loaded.tokenizer.token(id).count }
    return true
  }

  @Test("Every byte changed")
  func mutations() throws {
    let settings = try definition.encodeSettings()
    let vocabulary = try definition.encodeVocabulary()
    var encoding = Encoding()
    #expect(check(settings, vocabulary, &encoding))
    let changes: [(UInt8) -> UInt8] = [{ _ in 0 }, { _ in 0xFF }, { $0 ^ 1 }, { $0 ^ 0x80 }, { $0 &+ 1 }]
    var accepted = 0
    for change in changes {
      for i in settings.indices {
        var damaged = settings
        damaged[i] = change(damaged[i])
        if check(damaged, vocabulary, &encoding) { accepted += 1 }
      }
      for i in vocabulary.indices {
        var damaged = vocabulary
        damaged[i] = change(damaged[i])
        if check(settings, damaged, &encoding) { accepted += 1 }
      }
    }
    #expect(accepted < changes.count * (settings.count + vocabulary.count))
  }

  @Test("Every length cut or added")
  func truncations() throws {
    let settings = try definition.encodeSettings()
    let vocabulary = try definition.encodeVocabulary()
    for length in 0..<settings.count {
      #expect(throws: TokenizerError.self) {
        try LoadedTokenizer(settings: Array(settings.prefix(length)), vocabulary: vocabulary)
      }
    }
    for length in 0..<vocabulary.count {
      #expect(throws: TokenizerError.self) {
        try LoadedTokenizer(settings: settings, vocabulary: Array(vocabulary.prefix(length)))
      }
    }
    #expect(throws: TokenizerError(.settings, at: 40, .wrongLength)) {
      try LoadedTokenizer(settings: settings + [0], vocabulary: vocabulary)
    }
    #expect(throws: TokenizerError(.vocabulary, at: 12, .wrongLength)) {
      try LoadedTokenizer(settings: settings, vocabulary: vocabulary + [0])
    }
  }

  @Test("Fields with the largest numbers", arguments: 0..<12)
  func extremes(_ field: Int) throws {
    let settings = try definition.encodeSettings()
    let vocabulary = try definition.encodeVocabulary()
    var encoding = Encoding()
    for value in [UInt32.max, 0x8000_0000, 0x7FFF_FFFF, 0x0100_0000, 0x00FF_FFFF, 65_537, 1025, 0] {
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      var damaged = settings
      damaged.replaceSubrange(4 * field..<4 * field + 4, with: bytes)
      _ = check(damaged, vocabulary, &encoding)
      damaged = vocabulary
      damaged.replaceSubrange(4 * field..<4 * field + 4, with: bytes)
      _ = check(settings, damaged, &encoding)
    }
  }

  @Test("Errors name the section, the byte and the reason")
  func errors() throws {
    let settings = try definition.encodeSettings()
    let vocabulary = try definition.encodeVocabulary()
    func error(_ settings: [UInt8], _ vocabulary: [UInt8]) -> TokenizerError? {
      #expect(throws: TokenizerError.self) {
        try LoadedTokenizer(settings: settings, vocabulary: vocabulary)
      }
    }
    func with(_ bytes: [UInt8], _ offset: Int, _ value: UInt8) -> [UInt8] {
      var bytes = bytes
      bytes[offset] = value
      return bytes
    }
    #expect(error(with(settings, 0, 9), vocabulary) == .init(.settings, at: 0, .unsupportedVersion))
    #expect(error(with(settings, 4, 16), vocabulary) == .init(.settings, at: 4, .unknownFlags))
    #expect(error(with(settings, 8, 0), vocabulary) == .init(.settings, at: 8, .wordLimitOutOfRange))
    #expect(error(with(settings, 13, 9), vocabulary) == .init(.settings, at: 12, .tokenIdOutOfRange))
    #expect(error(settings, with(vocabulary, 8, 3)) == .init(.vocabulary, at: 8, .tableSizeNotPowerOfTwo))
    #expect(error(settings, with(vocabulary, 35, 1)) == .init(.vocabulary, at: 36, .offsetsNotAscending))
  }
}

@Suite("Tokenizer definitions that cannot be stored")
struct TokenizerDefinitionTests {
  let definition = TokenizerDefinition(
    vocabulary: ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "a"].map { Array($0.utf8) }, addedTokens: [],
    unknownToken: 0, classifierToken: 1, separatorToken: 2, paddingToken: 3)

  @Test(
    "Added tokens that cannot be matched",
    arguments: [
      ([], .emptyAddedToken), ([0xFF], .invalidUTF8), (Array("a\u{FFFD}".utf8), .replacementCharacter),
      (Array(repeating: 0x61, count: 5000), .addedTokenTooLong),
    ] as [([UInt8], TokenizerError.Reason)])
  func addedTokens(_ content: [UInt8], _ reason: TokenizerError.Reason) {
    var definition = definition
    definition.addedTokens = [.init(content: content, id: 4)]
    #expect(throws: TokenizerError(.definition, at: 0, reason)) { try definition.encodeSettings() }
  }

  @Test("An added token that normalization leaves nothing of")
  func emptiedAddedToken() {
    var definition = definition
    definition.addedTokens = [.init(content: Array("\u{200B}".utf8), id: 4, normalized: true)]
    #expect(throws: TokenizerError(.definition, at: 0, .emptyAddedToken)) {
      try definition.encodeSettings()
    }
  }

  @Test("Of equal tokens the last is found, and unused ids have no text")
  func duplicates() throws {
    var definition = definition
    definition.vocabulary += ["a", "", "b"].map { Array($0.utf8) }
    let loaded = try LoadedTokenizer(definition)
    #expect(loaded.encode("a b").ids == [1, 5, 7, 2])
    #expect(loaded.tokenizer.token(6).isEmpty)
  }

  @Test("An empty vocabulary with added tokens alone")
  func emptyVocabulary() throws {
    var definition = definition
    definition.vocabulary = []
    #expect(throws: TokenizerError(.settings, at: 12, .tokenIdOutOfRange)) {
      try LoadedTokenizer(definition)
    }
    definition.addedTokens = (0..<5).map { .init(content: [UInt8(0x61 + $0)], id: $0) }
    #expect(try LoadedTokenizer(definition).encode("e!").ids == [1, 4, 0, 2])
  }
}
