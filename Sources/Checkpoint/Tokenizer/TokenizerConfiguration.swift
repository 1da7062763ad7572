/// `tokenizer_config.json` and `special_tokens_map.json`.
struct TokenizerConfiguration {
  /// The roles that a token can be named for.
  enum Role: CaseIterable {
    case unknown, classifier, separator, padding, mask

    var key: StaticString {
      switch self {
      case .unknown: "unk_token"
      case .classifier: "cls_token"
      case .separator: "sep_token"
      case .padding: "pad_token"
      case .mask: "mask_token"
      }
    }

    /// What BertTokenizer calls it unless told otherwise.
    var defaultToken: [UInt8] {
      switch self {
      case .unknown: Array("[UNK]".utf8)
      case .classifier: Array("[CLS]".utf8)
      case .separator: Array("[SEP]".utf8)
      case .padding: Array("[PAD]".utf8)
      case .mask: Array("[MASK]".utf8)
      }
    }
  }

  /// The file's root; nil when there is none.
  let root: JSONNode?
  /// Whether Hugging Face loads it by BertTokenizer, whose own settings then win over tokenizer.json's.
  let isBert: Bool
  /// `model_max_length`, where it is a number of tokens rather than "unlimited".
  let maximumLength: Int?
  let lowercases: Bool
  let stripsAccents: Bool?
  let splitsCJK: Bool
  private let special: JSONNode?

  init(
    _ folder: Folder, modelType: String, declaredClass: String?, recording sources: inout [SourceFile]
  ) throws(CheckpointError) {
    root = try folder.json("tokenizer_config.json", recording: &sources)
    special = try folder.json("special_tokens_map.json", recording: &sources)
    let named = try root?.optional("tokenizer_class")?.string() ?? declaredClass
    let name = named ?? (modelType == "bert" ? "BertTokenizer" : "")
    isBert = name == "BertTokenizer" || name == "BertTokenizerFast"
    maximumLength = try Self.maximumLength(root)
    lowercases = try root?.optional("do_lower_case")?.boolean() ?? true
    stripsAccents = try root?.optional("strip_accents")?.boolean()
    splitsCJK = try root?.optional("tokenize_chinese_chars")?.boolean() ?? true
  }

  /// Transformers writes 10^30 for "unlimited".
  private static func maximumLength(_ root: JSONNode?) throws(CheckpointError) -> Int? {
    guard let node = root?.optional("model_max_length") else { return nil }
    let value = try node.double()
    guard value >= 2 else { throw node.failure(.malformed, "must be at least 2") }
    return value < 1e9 ? Int(value) : nil
  }

  /// The token that the files name for a role: a string, or an object with its `content`.
  func token(_ role: Role) throws(CheckpointError) -> [UInt8]? {
    for file in [root, special] {
      guard let node = file?.optional(role.key) else { continue }
      return try Self.content(node)
    }
    return nil
  }

  static func content(_ node: JSONNode) throws(CheckpointError) -> [UInt8] {
    if case .object = node.json { return try node.required("content").bytes() }
    return try node.bytes()
  }
}
