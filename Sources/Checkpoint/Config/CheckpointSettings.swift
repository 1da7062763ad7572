import KoQuant

/// Everything that a checkpoint's JSON and text files say.
struct CheckpointSettings {
  let configuration: ModelConfiguration
  let tokenizer: TokenizerDefinition
  /// Rows of the token type table (`type_vocab_size`).
  let tokenTypes: Int
  /// Path of `config.json`, for errors about contradictions with it.
  let configFile: String
  /// Where configuration, weights and tokenizer are: `modules.json` may name a folder below.
  let transformerFolder: Folder
  let notes: [String]

  init(_ folder: Folder, recording sources: inout [SourceFile]) throws(CheckpointError) {
    var notes: [String] = []
    let modules = try ModuleList(folder, recording: &sources)
    let transformerFolder = folder.subfolder(modules.transformerPath)
    let architecture = try ArchitectureConfiguration(transformerFolder, recording: &sources)
    let pooling = try PoolingConfiguration(folder, modules, architecture, recording: &sources)
    let tokenizerConfig = try TokenizerConfiguration(
      transformerFolder, modelType: architecture.modelType, declaredClass: architecture.tokenizerClass,
      recording: &sources)
    let sentence = try SentenceConfiguration(transformerFolder, recording: &sources)
    var tokenizer = try TokenizerDefinition(
      transformerFolder, tokenizerConfig, architecture, recording: &sources)
    if sentence.lowercases { tokenizer.lowercases = true }
    let maximumTokens = sentence.maximumTokens(architecture, tokenizerConfig, notes: &notes)
    try PromptConfiguration.check(folder, notes: &notes, recording: &sources)

    configuration = try architecture.modelConfiguration(
      maximumTokens: maximumTokens, pooling: pooling.mode, normalizes: modules.normalizes)
    self.tokenizer = tokenizer
    tokenTypes = architecture.tokenTypes
    configFile = architecture.node.file
    self.transformerFolder = transformerFolder
    self.notes = notes
  }
}
