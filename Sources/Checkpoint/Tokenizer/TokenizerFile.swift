import Interchange
import KoQuant

/// `tokenizer.json` of Hugging Face's tokenizers, of which WordPiece with BERT's normalization is supported.
struct TokenizerFile {
  let root: JSONNode
  let configuration: TokenizerConfiguration

  init(_ root: JSONNode, _ configuration: TokenizerConfiguration) throws(CheckpointError) {
    self.root = root
    self.configuration = configuration
    _ = try root.members()
  }

  func definition() throws(CheckpointError) -> TokenizerDefinition {
    let model = try wordPiece()
    var vocabulary = try Vocabulary(model.required("vocab"))
    var added: [TokenizerDefinition.AddedToken] = []
    for node in try root.optional("added_tokens")?.elements() ?? [] {
      let id = UInt32(try node.required("id").integer(in: 0...AddedTokenReader.maximumID))
      let token = try AddedTokenReader.read(node, id: id)
      try vocabulary.add(token, node)
      added.append(token)
    }
    added.sort { $0.id < $1.id }

    let unknown = try model.required("unk_token")
    guard let unknownID = vocabulary.id(of: try unknown.bytes()) else {
      throw unknown.failure(.missing, "\(quoted(try unknown.bytes())) is not in the vocabulary")
    }
    let ends = try PostProcessor(root, vocabulary, configuration)
    var definition = TokenizerDefinition(
      vocabulary: vocabulary.tokens, addedTokens: added, unknownToken: unknownID,
      classifierToken: ends.classifier, separatorToken: ends.separator, paddingToken: try padding(vocabulary))
    definition.continuingPrefix = try model.optional("continuing_subword_prefix")?.bytes() ?? Array("##".utf8)
    definition.maximumWordScalars =
      try model.optional("max_input_chars_per_word")?.integer(in: 1...1_000_000) ?? 100
    try checkPreTokenizer()
    try Normalizer.read(root, into: &definition)
    if configuration.isBert { definition.apply(configuration) }
    return definition
  }

  /// The model, which files of before 2020 do not name.
  private func wordPiece() throws(CheckpointError) -> JSONNode {
    let model = try root.required("model")
    let advice = "only WordPiece tokenizers are supported"
    guard let type = model.optional("type") else {
      if model.json["continuing_subword_prefix"] != nil { return model }
      throw model.failure(.unsupported, "is not WordPiece", advice: advice)
    }
    guard try type.string() == "WordPiece" else {
      throw type.failure(.unsupported, "\(quoted(try type.string())) is not supported", advice: advice)
    }
    return model
  }

  private func checkPreTokenizer() throws(CheckpointError) {
    let advice = "only BertPreTokenizer is supported"
    guard let node = root.optional("pre_tokenizer") else {
      throw root.failure(.unsupported, "no pre_tokenizer", advice: advice)
    }
    var parts = [node]
    if try node.required("type").string() == "Sequence" {
      parts = try node.required("pretokenizers").elements()
    }
    for part in parts {
      let type = try part.required("type")
      guard try type.string() == "BertPreTokenizer" else {
        throw type.failure(.unsupported, "\(quoted(try type.string())) is not supported", advice: advice)
      }
    }
    if parts.isEmpty { throw node.failure(.unsupported, "is empty", advice: advice) }
  }

  /// The padding token: as the configuration names it, else as this file pads, else BERT's.
  private func padding(_ vocabulary: Vocabulary) throws(CheckpointError) -> UInt32 {
    let named = try configuration.token(.padding)
    let padded = try root.optional("padding")?.optional("pad_token")?.bytes()
    let token = named ?? padded ?? TokenizerConfiguration.Role.padding.defaultToken
    guard let id = vocabulary.id(of: token) else {
      throw root.failure(.missing, "the padding token \(quoted(token)) is not in the vocabulary")
    }
    return id
  }
}
