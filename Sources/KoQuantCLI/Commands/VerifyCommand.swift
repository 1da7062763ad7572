import ArgumentParser
import Evaluation
import Interchange
import KoQuant
import Reference

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a model file on this device.",
    discussion: """
      Checks every hash in the file, then tokenizes and embeds the probe sentences that the file holds and \
      compares the token ids and the drift from fp32 with what was stored at conversion. Prints a line per \
      check. Exit code 1 when one of them fails.
      """)

  @OptionGroup var model: ModelArgument

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    try reportingFailures {
      let path = try model.path()
      var checks = Checks()
      let file = try checks.require("file") { try KoqFile(path: path) }
      try checks.require("hashes") { try file.verifyAll(using: SectionDecoder()) }
      try checks.report("hashes", true, "\(file.sections.count) sections, \(file.header.totalLength) bytes")
      let (model, probes) = try checks.require("contents") {
        let model = try EmbeddingModel(file)
        return (model, try model.probes())
      }
      try checks.verifyTokens(of: probes, model)
      var session = try compute.session(model)
      try checks.verifyDrift(of: probes, model, &session)
      if checks.failed { throw ExitStatus.failure }
    }
  }
}

/// The checks of `koquant verify`, each reported as it is done.
private struct Checks {
  private(set) var failed = false

  /// Runs a check without which the next ones make no sense: what it says about the file's contents is a
  /// failed check, whereas a file that cannot be read or is of another kind cannot be checked at all.
  func require<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      guard Self.isDamage(error) else { throw error }
      try write(name, false, Failure(error).message ?? "")
      throw ExitStatus.failure
    }
  }

  private static func isDamage(_ error: any Error) -> Bool {
    switch error {
    case EmbeddingError.file(let error): isDamage(error)
    case EmbeddingError.tokenizer, EmbeddingError.invalidBatch: true
    case let error as KoqError:
      switch error.reason {
      case .system, .empty, .notKoq, .newerVersion, .unsupportedFlags, .unsupportedKind: false
      default: true
      }
    default: error is DriftError
    }
  }

  mutating func verifyTokens(of probes: Probes, _ model: EmbeddingModel) throws {
    let wrong = probes.probes.first { model.tokens($0.text) != $0.ids }
    if let wrong {
      try report(
        "tokenizer", false, "\(quoted(wrong.text)): \(model.tokens(wrong.text)) instead of \(wrong.ids)")
    } else {
      try report("tokenizer", true, "\(probes.probes.count) probes")
    }
  }

  mutating func verifyDrift(
    of probes: Probes, _ model: EmbeddingModel, _ session: inout EmbeddingSession
  ) throws {
    if probes.probes.isEmpty { return try report("drift", true, "no probes") }
    let vectors = try require("drift") { try model.vectors(probes.probes.map(\.ids), session: &session) }
    guard probes.dimension == vectors.columns else {
      return try report("drift", false, "probe vectors have \(probes.dimension) numbers")
    }
    let drift = try require("drift") {
      try Drift(vectors, reference: probes.matrix(path: model.file.path))
    }
    let limits = probes.limits
    try report(
      "drift, mean", drift.cosine.mean >= Double(limits.meanCosine),
      "cosine \(drift.cosine.mean.decimals(6)), limit \(Double(limits.meanCosine).decimals(6))")
    try report(
      "drift, worst", drift.cosine.minimum >= Double(limits.minimumCosine),
      "cosine \(drift.cosine.minimum.decimals(6)), limit \(Double(limits.minimumCosine).decimals(6))")
    try report(
      "drift, largest", drift.maximumAbsolute <= Double(limits.maximumAbsolute),
      "\(drift.maximumAbsolute.decimals(6)), limit \(Double(limits.maximumAbsolute).decimals(6))")
  }

  mutating func report(_ name: String, _ passed: Bool, _ detail: String) throws {
    if !passed { failed = true }
    try write(name, passed, detail)
  }

  private func write(_ name: String, _ passed: Bool, _ detail: String) throws {
    try Terminal.standardOutput.write("\(passed ? "ok    " : "FAILED") \(name.left(15)) \(detail)\n")
  }
}
