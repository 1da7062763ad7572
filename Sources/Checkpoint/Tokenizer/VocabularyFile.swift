import Interchange
import KoQuant

/// `vocab.txt`: a token a line, its id the line's number from 0.
struct VocabularyFile {
  private let path: String
  /// By id; empty where a later line repeats the token, which then has that line's id, as in Python.
  private var tokens: [[UInt8]] = []
  private var ids: [[UInt8]: UInt32] = [:]

  /// Lines end as in Python's text mode: by LF, CR or CR LF.
  init(_ text: [UInt8], path: String) throws(CheckpointError) {
    self.path = path
    if let offset = text.withUnsafeBytes({ UTF8Validation.firstError(in: $0) }) {
      throw CheckpointError(.malformed, file: path, location: .offset(UInt64(offset)), "ill-formed UTF-8")
    }
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
      append(Array(text[start..<end]))
      let isPair = end + 1 < text.count && text[end] == 0x0D && text[end + 1] == 0x0A
      start = end + (isPair ? 2 : 1)
    }
    if tokens.isEmpty { throw CheckpointError(.malformed, file: path, "is empty") }
  }

  private mutating func append(_ token: [UInt8]) {
    if let earlier = ids[token] { tokens[Int(earlier)] = [] }
    ids[token] = UInt32(tokens.count)
    tokens.append(token)
  }

  func definition(
    _ folder: Folder, _ configuration: TokenizerConfiguration, recording sources: inout [SourceFile]
  ) throws(CheckpointError) -> TokenizerDefinition {
    var vocabulary = self
    var added = try vocabulary.addAdditions(folder, configuration, recording: &sources)
    var special: [TokenizerConfiguration.Role: UInt32] = [:]
    for role in TokenizerConfiguration.Role.allCases {
      let named = try configuration.token(role)
      let token = named ?? role.defaultToken
      guard let id = vocabulary.ids[token] else {
        if role == .mask { continue }
        throw CheckpointError(
          .missing, file: path, "the \(role.key) \(quoted(token)) is not in the vocabulary")
      }
      special[role] = id
      if !added.contains(where: { $0.id == id }) {
        added.append(TokenizerDefinition.AddedToken(content: token, id: id))
      }
    }
    added.sort { $0.id < $1.id }
    var definition = TokenizerDefinition(
      vocabulary: vocabulary.tokens, addedTokens: added, unknownToken: special[.unknown] ?? 0,
      classifierToken: special[.classifier] ?? 0, separatorToken: special[.separator] ?? 0,
      paddingToken: special[.padding] ?? 0)
    definition.apply(configuration)
    return definition
  }

  /// Tokens beside the vocabulary: `added_tokens_decoder` of tokenizer_config.json, else `added_tokens.json`.
  private mutating func addAdditions(
    _ folder: Folder, _ configuration: TokenizerConfiguration, recording sources: inout [SourceFile]
  ) throws(CheckpointError) -> [TokenizerDefinition.AddedToken] {
    var added: [TokenizerDefinition.AddedToken] = []
    if let decoder = configuration.root?.optional("added_tokens_decoder") {
      for member in try decoder.members() {
        let node = decoder.child(member.value, printable(String(decoding: member.key, as: UTF8.self)))
        guard let id = UInt32(String(decoding: member.key, as: UTF8.self)) else {
          throw node.failure(.malformed, "the key must be a token's id")
        }
        added.append(try AddedTokenReader.read(node, id: id))
      }
    } else if let root = try folder.json("added_tokens.json", recording: &sources) {
      for member in try root.members() {
        let node = root.child(member.value, printable(String(decoding: member.key, as: UTF8.self)))
        let id = UInt32(try node.integer(in: 0...AddedTokenReader.maximumID))
        added.append(.init(content: member.key, id: id, special: false, normalized: true))
      }
    }
    added.sort { $0.id < $1.id }
    for token in added { try place(token) }
    return added
  }

  private mutating func place(_ token: TokenizerDefinition.AddedToken) throws(CheckpointError) {
    let id = Int(token.id)
    if ids[token.content] == token.id { return }
    guard ids[token.content] == nil, id == tokens.count else {
      throw CheckpointError(
        .contradiction, file: path,
        "the added token \(quoted(token.content)) has id \(id), which the vocabulary does not leave for it")
    }
    append(token.content)
  }
}
