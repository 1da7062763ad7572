import Interchange

/// `sentence_bert_config.json`: what sentence-transformers adds to the encoder.
struct SentenceConfiguration {
  /// `max_seq_length`, where it is stated.
  private let stated: JSONNode?
  private let statedLength: Int?
  let lowercases: Bool

  /// Names that the file has had, in the order of sentence-transformers' search.
  private static let names = ["bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"]

  init(_ folder: Folder, recording sources: inout [SourceFile]) throws(CheckpointError) {
    var root: JSONNode?
    for name in Self.names where root == nil {
      root = try folder.json("sentence_\(name)_config.json", recording: &sources)
    }
    stated = root?.optional("max_seq_length")
    statedLength = try stated?.integer(in: 2...Int.max)
    lowercases = try root?.optional("do_lower_case")?.boolean() ?? false
  }

  /// The stated length, else the tokenizer's, and never more than the position table has: beyond it
  /// sentence-transformers fails.
  func maximumTokens(
    _ architecture: ArchitectureConfiguration, _ tokenizer: TokenizerConfiguration, notes: inout [String]
  ) -> Int {
    let limit = architecture.usablePositions
    if let statedLength, let stated, statedLength > limit {
      notes.append(
        "\(stated.file): max_seq_length \(statedLength) is limited to the \(limit) positions of config.json.")
    }
    return min(statedLength ?? tokenizer.maximumLength ?? limit, limit)
  }
}

/// `config_sentence_transformers.json`: settings that change vectors and that this project does not apply.
enum PromptConfiguration {
  static func check(
    _ folder: Folder, notes: inout [String], recording sources: inout [SourceFile]
  ) throws(CheckpointError) {
    guard let root = try folder.json("config_sentence_transformers.json", recording: &sources) else { return }
    if let name = try root.optional("default_prompt_name")?.bytes(), let prompts = root.optional("prompts") {
      let prompt = try prompts.members().last { $0.key == name }?.value.stringValue ?? ""
      if !prompt.isEmpty {
        notes.append(
          "\(root.file): the default prompt \(quoted(prompt)) is not applied: put it before each text.")
      }
    }
    if let dimensions = root.optional("truncate_dim") {
      notes.append(
        "\(root.file): truncate_dim is not applied: keep the first \(try dimensions.integer()) values of a vector."
      )
    }
  }
}
