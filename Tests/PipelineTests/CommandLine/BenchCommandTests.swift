import Foundation
import Testing

@Suite final class BenchCommandTests {
  private let model: TinyModel

  init() throws { model = try TinyModel("tiny-bert", .stored) }

  private func bench(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> CommandLineTool.Outcome {
    try CommandLineTool.run(["bench", model.path, "--quick"] + arguments, environment: environment)
  }

  @Test func jsonHasEveryPointOfEveryRun() throws {
    let outcome = try bench("--json", "--threads", "2,1", "--lengths", "5,3", "--batches", "2x4")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let report = try jsonObject(outcome.text)
    #expect(report["file"] as? String == model.path && report["residency"] as? String == "mapped")
    #expect(try #require(report["layer_weight_bytes"] as? Int) > 0)
    let memory = try #require(report["memory"] as? [String: [String: Int]])
    #expect(Set(memory.keys) == ["opened", "single_texts", "batches"])
    for step in memory.values {
      #expect(try #require(step["resident_bytes"]) >= #require(step["unshared_bytes"]))
    }
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(runs.map { $0["threads"] as? Int } == [1, 2])
    for run in runs {
      let measurements = try #require(run["measurements"] as? [[String: Any]])
      #expect(measurements.map { $0["texts"] as? Int } == [1, 1, 2])
      #expect(measurements.map { $0["tokens"] as? Int } == [3, 5, 4])
      #expect(try #require(run["ceiling_bytes_per_second"] as? Double) > 0)
      for measurement in measurements { try check(measurement) }
    }
  }

  /// Figures that follow from one another.
  private func check(_ measurement: [String: Any]) throws {
    func figure(_ name: String) throws -> Double { try #require(measurement[name] as? Double, "\(name)") }
    let texts = try figure("texts")
    let seconds = try figure("seconds")
    #expect(seconds > 0)
    #expect(abs(try figure("texts_per_second") * seconds / texts - 1) < 1e-6)
    // Whatever else runs may have met the ceiling or the pass: no bounds.
    #expect(try figure("share_of_ceiling") > 0)
    #expect((measurement["roofline_seconds"] is Double) == (texts == 1))
    if texts == 1 { #expect(try figure("times_roofline") > 0) }
  }

  @Test func tableNamesWhatItMeasured() throws {
    let outcome = try bench(
      "--threads", "1", "--lengths", "3", "--batches", "2x4", environment: ["KOQUANT_ISA": "portable"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.text.contains("kernels portable") && outcome.text.contains("1 thread: ceilings"))
    #expect(outcome.text.contains("1 x 3 ") && outcome.text.contains("2 x 4 "))
  }

  @Test func measuresOnlyWhatIsAskedFor() throws {
    for (arguments, texts) in [(["--lengths", "none", "--batches", "2x4"], 2), (["--batches", "none"], 1)] {
      let outcome = try CommandLineTool.run(
        ["bench", model.path, "--json", "--threads", "1", "--seconds", "1"] + arguments)
      let runs = try #require(try jsonObject(outcome.text)["runs"] as? [[String: Any]])
      let measurements = try #require(runs.first?["measurements"] as? [[String: Any]])
      #expect(!measurements.isEmpty && measurements.allSatisfy { $0["texts"] as? Int == texts })
    }
  }

  @Test func usageErrors() throws {
    expectFailure(try bench("--lengths", "100000"), 64, "100000 tokens", "at most")
    expectFailure(try bench("--batches", "4x100000"), 64, "100000 tokens")
    for wrong in [
      ["--threads", "0"], ["--threads", "2000"], ["--threads", "1,"], ["--lengths", ""], ["--lengths", "-1"],
      ["--batches", "8"], ["--batches", "8x"], ["--batches", "0x8"], ["--batches", "1048576x1048576"],
      ["--residency", "somewhere"], ["--threads", "none"], ["--lengths", "none", "--batches", "none"],
      ["--seconds", "0"], ["--seconds", "2", "--quick"],
    ] {
      let outcome = try CommandLineTool.run(["bench", model.path] + wrong)
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(wrong)")
    }
    expectFailure(try bench(environment: ["KOQUANT_ISA": "abacus"]), 64, "abacus")
  }

  @Test func filesThatCannotBeMeasured() throws {
    expectFailure(try CommandLineTool.run("bench", "nothing.koq"), 66, "nothing.koq")
    let damaged = try model.folder.write(Array("not a model".utf8), "damaged.koq")
    expectFailure(try CommandLineTool.run("bench", damaged), 65, damaged)
  }
}
