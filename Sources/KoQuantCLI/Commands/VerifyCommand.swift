import ArgumentParser
import KoQuant

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

  @Flag(name: .long, help: "Print one JSON object instead of lines.")
  var json = false

  func run() throws {
    try reportingFailures {
      let path = try model.path()
      var checks = VerificationChecks(json: json)
      do {
        try verify(path, &checks)
      } catch is VerificationChecks.Stop {}
      try checks.finish(path: path)
      if checks.failed { throw ExitStatus.failure }
    }
  }

  private func verify(_ path: String, _ checks: inout VerificationChecks) throws {
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
  }
}
