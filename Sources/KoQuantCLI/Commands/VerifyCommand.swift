import ArgumentParser
import Evaluation
import KoQuant
import Reference

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a model file on this device.",
    discussion: """
      Checks every hash in the file, then tokenizes and embeds the probe sentences that the file holds and
      compares the token ids and the drift from fp32 with what was stored at conversion. Prints a line per
      check. Exit code 1 when one of them fails.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "file.koq"))
  var file: String

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    try reportingFailures {
      var checks = Checks()
      let file = try KoqFile(path: file)
      try checks.verifyHashes(of: file)
      let model = try EmbeddingModel(file)
      let probes = try model.probes()
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

  mutating func verifyHashes(of file: KoqFile) throws {
    let decoder = try SectionDecoder()
    do throws(KoqError) {
      try file.verifyAll(using: decoder)
    } catch {
      if case .system = error.reason { throw error }
      try report("hashes", false, error.message)
      // What follows would read damaged bytes.
      throw ExitStatus.failure
    }
    try report("hashes", true, "\(file.sections.count) sections, \(file.header.totalLength) bytes")
  }

  mutating func verifyTokens(of probes: Probes, _ model: EmbeddingModel) throws {
    let wrong = probes.probes.first { model.tokens($0.text) != $0.ids }
    if let wrong {
      let text = String(decoding: wrong.text, as: UTF8.self)
      try report(
        "tokenizer", false, "\"\(text)\": \(model.tokens(wrong.text)) instead of \(wrong.ids)")
    } else {
      try report("tokenizer", true, "\(probes.probes.count) probes")
    }
  }

  mutating func verifyDrift(
    of probes: Probes, _ model: EmbeddingModel, _ session: inout EmbeddingSession
  ) throws {
    if probes.probes.isEmpty { return try report("drift", true, "no probes") }
    let vectors = try model.vectors(probes.probes.map(\.ids), session: &session)
    guard probes.dimension == vectors.columns,
      let reference = FloatMatrix(
        rows: probes.probes.count, columns: probes.dimension, values: probes.probes.flatMap(\.vector))
    else { return try report("drift", false, "probe vectors have \(probes.dimension) numbers") }
    let drift = try Drift(vectors, reference: reference)
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

  private mutating func report(_ name: String, _ passed: Bool, _ detail: String) throws {
    if !passed { failed = true }
    try Terminal.standardOutput.write("\(passed ? "ok    " : "FAILED") \(name.left(15)) \(detail)\n")
  }
}
