import Interchange
import KoQuant

extension TokenizerFile {
  /// `post_processor`: which tokens go before and after a text.
  struct PostProcessor {
    let classifier: UInt32
    let separator: UInt32

    private static let advice = "one token before the text and one after it are supported"

    init(
      _ root: JSONNode, _ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration
    ) throws(CheckpointError) {
      guard let node = root.optional("post_processor") else {
        guard configuration.isBert else {
          throw root.failure(.unsupported, "no post_processor", advice: Self.advice)
        }
        classifier = try Self.named(.classifier, root, vocabulary, configuration)
        separator = try Self.named(.separator, root, vocabulary, configuration)
        return
      }
      let type = try node.required("type")
      switch try type.string() {
      case "BertProcessing", "RobertaProcessing":
        classifier = try Self.pair(node.required("cls"), vocabulary)
        separator = try Self.pair(node.required("sep"), vocabulary)
      case "TemplateProcessing":
        (classifier, separator) = try Self.template(node, vocabulary)
      default:
        throw type.failure(.unsupported, "\(quoted(try type.string())) is not supported", advice: Self.advice)
      }
    }

    private static func named(
      _ role: TokenizerConfiguration.Role, _ root: JSONNode, _ vocabulary: Vocabulary,
      _ configuration: TokenizerConfiguration
    ) throws(CheckpointError) -> UInt32 {
      let named = try configuration.token(role)
      let token = named ?? role.defaultToken
      guard let id = vocabulary.id(of: token) else {
        throw root.failure(.missing, "the \(role.key) \(quoted(token)) is not in the vocabulary")
      }
      return id
    }

    /// `["[CLS]", 0]`
    private static func pair(_ node: JSONNode, _ vocabulary: Vocabulary) throws(CheckpointError) -> UInt32 {
      let parts = try node.elements()
      guard parts.count == 2 else { throw node.failure(.malformed, "must be a token and its id") }
      return try checked(parts[1], token: try parts[0].bytes(), vocabulary)
    }

    /// `single`: a special token, sequence A, a special token, all of type 0.
    private static func template(
      _ node: JSONNode, _ vocabulary: Vocabulary
    ) throws(CheckpointError) -> (UInt32, UInt32) {
      let single = try node.required("single")
      let pieces = try single.elements()
      guard pieces.count == 3, let first = pieces[0].optional("SpecialToken"),
        let text = pieces[1].optional("Sequence"), let last = pieces[2].optional("SpecialToken")
      else { throw single.failure(.unsupported, "another layout than [CLS] text [SEP]", advice: advice) }
      for piece in [first, text, last] {
        if let type = piece.optional("type_id"), try type.integer() != 0 {
          throw type.failure(.unsupported, "only token type 0 is supported")
        }
      }
      let tokens = try node.required("special_tokens")
      return (try special(first, tokens, vocabulary), try special(last, tokens, vocabulary))
    }

    private static func special(
      _ piece: JSONNode, _ tokens: JSONNode, _ vocabulary: Vocabulary
    ) throws(CheckpointError) -> UInt32 {
      let name = try piece.required("id").bytes()
      guard let member = try tokens.members().last(where: { $0.key == name }) else {
        throw tokens.failure(.missing, "\(quoted(name)) is missing")
      }
      let entry = tokens.child(member.value, printable(String(decoding: name, as: UTF8.self)))
      let ids = try entry.required("ids").elements()
      let spellings = try entry.required("tokens").elements()
      guard ids.count == 1, spellings.count == 1 else {
        throw entry.failure(.unsupported, "stands for more than one token", advice: advice)
      }
      return try checked(ids[0], token: try spellings[0].bytes(), vocabulary)
    }

    private static func checked(
      _ node: JSONNode, token: [UInt8], _ vocabulary: Vocabulary
    ) throws(CheckpointError) -> UInt32 {
      let id = try node.integer(in: 0...AddedTokenReader.maximumID)
      guard vocabulary.id(of: token) == UInt32(id) else {
        throw node.failure(.contradiction, "\(id) is not the id of \(quoted(token)) in the vocabulary")
      }
      return UInt32(id)
    }
  }
}
