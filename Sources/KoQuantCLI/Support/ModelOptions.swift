import ArgumentParser
import KoQuant

/// Options of the commands that run a model.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The model: a file, or a name from `koquant models`. (default: the first of `koquant models`)",
      valueName: "file.koq"))
  var model: String?

  func validate() throws {
    if model?.isEmpty == true {
      throw ValidationError("--model takes a file, or a name from `koquant models`.")
    }
  }

  /// The file to open, found in the library when none was named.
  func path() throws(Failure) -> String { try ModelLibrary.path(of: model) }

  /// What the file says about itself and its tokenizer; the weights are not touched.
  func openDocuments() throws -> ModelDocuments {
    try ModelDocuments(KoqFile(path: path(), access: .read))
  }
}

/// Options of the commands that compute vectors.
struct ComputeOptions: ParsableArguments {
  @Option(name: .long, help: "Threads that compute. (default: all that this process may use)")
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Tokens that are encoded together; more need more memory. (default: 1024, or what a ceiling allows)",
      valueName: "tokens"))
  var batchTokens: Int?

  func validate() throws {
    try requireThreads(threads.map { [$0] } ?? [])
    let most = EmbeddingSession.Options.maximumBatchTokens
    if let batchTokens, !(1...most).contains(batchTokens) {
      throw ValidationError("--batch-tokens takes a number from 1 to \(most).")
    }
  }

  func session(_ model: EmbeddingModel, normalize: Bool = false) throws -> EmbeddingSession {
    try EmbeddingSession(
      model,
      options: .init(
        threads: threads, batchTokens: batchTokens ?? EmbeddingSession.Options.defaultBatchTokens,
        normalize: normalize))
  }
}

/// Throws for numbers of threads that no pool has.
func requireThreads(_ threads: [Int]) throws {
  let most = ThreadPool.maximumThreads
  guard threads.allSatisfy({ (1...most).contains($0) }) else {
    throw ValidationError("--threads takes a number from 1 to \(most).")
  }
}
