import Evaluation
import Interchange
import KoQuant
import Reference

/// The checks of `koquant verify`: lines as they are done, or all of them as one JSON object.
struct VerificationChecks {
  /// Thrown after a failed check without which the next ones make no sense.
  struct Stop: Error {}

  fileprivate struct Check {
    var name: String
    var passed: Bool
    /// For people.
    var detail: String
    /// A figure, and what it was compared with.
    var found: Double?
    var limit: Double?
  }

  private let json: Bool
  private var checks: [Check] = []

  init(json: Bool) { self.json = json }

  var failed: Bool { checks.contains { !$0.passed } }

  /// Runs a check without which the next ones make no sense: what it says about the file's contents is a
  /// failed check, whereas a file that cannot be read or is of another kind cannot be checked at all.
  mutating func require<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      guard Self.isDamage(error) else { throw error }
      try report(name, false, Failure(error).message ?? "")
      throw Stop()
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
    try report("drift, mean", atLeast: limits.meanCosine, drift.cosine.mean)
    try report("drift, worst", atLeast: limits.minimumCosine, drift.cosine.minimum)
    let (found, limit) = (drift.maximumAbsolute, Double(limits.maximumAbsolute))
    try report(
      "drift, largest", found <= limit, "\(found.decimals(6)), limit \(limit.decimals(6))", found: found,
      limit: limit)
  }

  private mutating func report(_ name: String, atLeast limit: Float, _ cosine: Double) throws {
    let limit = Double(limit)
    try report(
      name, cosine >= limit, "cosine \(cosine.decimals(6)), limit \(limit.decimals(6))", found: cosine,
      limit: limit)
  }

  mutating func report(
    _ name: String, _ passed: Bool, _ detail: String, found: Double? = nil, limit: Double? = nil
  ) throws {
    checks.append(Check(name: name, passed: passed, detail: detail, found: found, limit: limit))
    if json { return }
    try Terminal.standardOutput.write("\(passed ? "ok    " : "FAILED") \(name.left(15)) \(detail)\n")
  }

  /// Writes the object, if that is what was asked for.
  func finish(path: String) throws {
    guard json else { return }
    var writer = JSONWriter(style: .indented)
    writer.object { object in
      object.member("file", path)
      object.member("passed", !failed)
      object.member("checks", checks)
    }
    try Terminal.standardOutput.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
  }
}

extension VerificationChecks.Check: JSONEncodable {
  func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("name", name)
      object.member("passed", passed)
      object.member("detail", detail)
      object.member("found", found)
      object.member("limit", limit)
    }
  }
}
