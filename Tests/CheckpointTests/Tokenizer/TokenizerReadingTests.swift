import Checkpoint
import Interchange
import KoQuant
import Testing

/// Tokenizer files mean what Hugging Face makes of them.
@Suite struct TokenizerReadingTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var files: [JSON.Member]
    var expected: JSON
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    guard let bytes = try? Golden.bytes("tokenizers.json"), let root = try? JSON(parsing: bytes) else {
      return []
    }
    return (root.arrayValue ?? []).map {
      Case(
        name: $0["name"]?.stringValue ?? "", files: $0["files"]?.objectValue ?? [],
        expected: $0["expected"] ?? .null)
    }
  }()

  @Test("There are cases") func count() {
    #expect(Self.cases.count >= 19)
  }

  @Test("The same as Hugging Face", arguments: cases) func parity(_ item: Case) throws {
    let folder = try TemporaryFolder()
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"] {
      try folder.remove(name)
    }
    for file in item.files {
      let name = String(decoding: file.key, as: UTF8.self)
      if case .string(let text) = file.value {
        try folder.write(text, name)
      } else {
        try folder.write(file.value.encoded(), name)
      }
    }
    try folder.replace("\"model_type\": \"roberta\"", "\"model_type\": \"bert\"", in: "config.json")
    try folder.write(Golden.bytes("weights/f32.safetensors"), "model.safetensors")
    let tokenizer = try folder.open().tokenizer

    let switches = [tokenizer.cleansText, tokenizer.splitsCJK, tokenizer.stripsAccents, tokenizer.lowercases]
    #expect(switches == item.expected["switches"]?.arrayValue?.map(\.booleanValue))
    let tokens = [
      tokenizer.unknownToken, tokenizer.classifierToken, tokenizer.separatorToken, tokenizer.paddingToken,
    ]
    #expect(tokens.map { Int($0) } == item.expected["tokens"]?.arrayValue?.map(\.integerValue))
    let ids = item.expected["ids"]?.arrayValue?.map(\.integerValue)
    #expect([tokens[1], tokens[2]].map { Int($0) } == ids)

    var expected: [[UInt8]] = Array(repeating: [], count: tokenizer.vocabulary.count)
    for member in item.expected["vocabulary"]?.objectValue ?? [] {
      expected[try #require(member.value.integerValue)] = member.key
    }
    let added = item.expected["added"]?.arrayValue ?? []
    for pair in added {
      guard case .string(let content) = pair.arrayValue?[1], let id = pair.arrayValue?[0].integerValue else {
        continue
      }
      expected[id] = content
    }
    #expect(tokenizer.vocabulary == expected)
    #expect(tokenizer.addedTokens.map { Int($0.id) } == added.map { $0.arrayValue?[0].integerValue })
  }

  @Test("Flags of added tokens") func flags() throws {
    let item = try #require(Self.cases.first { $0.name == "added token" })
    let file = try #require(item.files.first { $0.key == Array("tokenizer.json".utf8) })
    let folder = try TemporaryFolder()
    try folder.write(file.value.encoded(), "tokenizer.json")
    try folder.write(Golden.bytes("weights/f32.safetensors"), "model.safetensors")
    let token = try #require(try folder.open().tokenizer.addedTokens.last)
    #expect(
      token
        == .init(
          content: Array("<new>".utf8), id: 23, special: false, singleWord: true, stripsLeft: true,
          stripsRight: false, normalized: true))
  }

  static let refused: [(String, String, String)] = [
    ("\"type\": \"WordPiece\"", "\"type\": \"Unigram\"", "model.type"),
    ("\"type\": \"BertPreTokenizer\"", "\"type\": \"Metaspace\"", "pre_tokenizer.type"),
    ("\"type\": \"BertNormalizer\"", "\"type\": \"NFKC\"", "normalizer.type"),
    ("\"type\": \"TemplateProcessing\"", "\"type\": \"ByteLevel\"", "post_processor.type"),
    ("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"<unk>\"", "model.unk_token"),
    ("\"hello\": 11", "\"hello\": 12", "model.vocab"),
    ("\"hello\": 11", "\"hello\": -1", "model.vocab"),
    ("\"hello\": 11", "\"hello\": 4000000000", "model.vocab"),
    ("\"hello\": 11", "\"hello\": 9000000", "model.vocab"),
    ("\"hello\": 11", "\"hello\": 24", "vocab_size"),
    ("\"id\": 4,", "\"id\": 5,", "added_tokens[4]"),
  ]

  @Test("What is not supported or cannot be is named", arguments: refused)
  func refuses(_ old: String, _ new: String, _ path: String) throws {
    let folder = try TemporaryFolder()
    try folder.replace(old, new, in: "tokenizer.json")
    try folder.write(Golden.bytes("weights/f32.safetensors"), "model.safetensors")
    let error = try #require(folder.failure())
    #expect(error.location == .json(path), "\(error)")
  }

  @Test("A vocabulary of ill-formed UTF-8 is an error") func illFormedVocabulary() throws {
    let folder = try TemporaryFolder()
    try folder.remove("tokenizer.json")
    try folder.write([0x61, 0x0A, 0xFF, 0x0A], "vocab.txt")
    #expect(folder.failure()?.location == .offset(2))
  }
}
