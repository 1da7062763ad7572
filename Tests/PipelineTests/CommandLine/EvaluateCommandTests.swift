import Foundation
import Testing

@Suite final class EvaluateCommandTests {
  private static let keys = ["cosine", "euclidean", "manhattan", "dot"].flatMap {
    ["pearson_\($0)", "spearman_\($0)"]
  }
  private static let rows = [
    "5\ta b c\ta b", "0\td\te f", "2.5\tabc\tab", "4\ta d\ta e", "1\tb\tf e d", "3\tc c\tc", "0.5\ta\tfed",
  ]

  private let checkpoint: TinyCheckpoint
  private let model: TinyModel

  init() throws {
    checkpoint = try TinyCheckpoint()
    model = try TinyModel(checkpoint)
  }

  private func file(_ rows: [String] = rows) throws -> String {
    try model.folder.write((["score\tsentence1\tsentence2"] + rows).map { $0 + "\n" }.joined(), "sts.tsv")
  }

  @Test func int8Alone() throws {
    let path = try file()
    let outcome = try CommandLineTool.run("evaluate", model.path, "--sts", path, "--json")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let object = try jsonObject(outcome.text)
    #expect(object["pairs"] as? Int == 7 && object["layout"] as? String == "korsts")
    let int8 = try #require(object["int8"] as? [String: Double])
    #expect(Set(int8.keys) == Set(Self.keys))
    #expect(int8.values.allSatisfy { (-100...100).contains($0) && abs($0) > 1 })
    #expect(object["fp32"] == nil && object["difference"] == nil)
    let table = try CommandLineTool.run("evaluate", model.path, "--sts", path)
    #expect(
      table.text.contains("7 pairs") && table.text.contains("Manhattan") && !table.text.contains("fp32"))
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstColumn() throws {
    let path = try file()
    let marked = try model.folder.write(
      "\u{FEFF}" + String(decoding: model.folder.read("sts.tsv"), as: UTF8.self), "bom.tsv")
    let figures = try [path, marked].map {
      try jsonObject(CommandLineTool.run("evaluate", model.path, "--sts", $0, "--json").text)["int8"]
        as? [String: Double]
    }
    #expect(figures[0] != nil && figures[0] == figures[1])
  }

  @Test func besideTheCheckpoint() throws {
    let arguments = [
      "evaluate", model.path, "--sts", try file(), "--reference", checkpoint.folder.path, "--resamples",
      "300",
    ]
    let outcome = try CommandLineTool.run(arguments + ["--json"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(try CommandLineTool.run(arguments + ["--json", "--threads", "1"]).text == outcome.text)
    let object = try jsonObject(outcome.text)
    let sides = try ["int8", "fp32", "difference"].map { try #require(object[$0] as? [String: Double]) }
    let intervals = try #require(object["difference_interval"] as? [String: [Double]])
    for key in Self.keys {
      let (int8, fp32) = (try #require(sides[0][key]), try #require(sides[1][key]))
      #expect(abs(int8 - fp32 - (try #require(sides[2][key]))) < 1e-9)
      // Two of so few pairs that change places change Spearman's rho by much.
      #expect(abs(int8 - fp32) < (key.hasPrefix("pearson") ? 5 : 25), "\(key)")
      let interval = try #require(intervals[key])
      #expect(interval.count == 2 && interval[0] <= interval[1])
    }
    let bootstrap = try #require(object["bootstrap"] as? [String: Double])
    #expect(bootstrap == ["resamples": 300, "seed": 1, "confidence": 0.95])
    let table = try CommandLineTool.run(arguments)
    #expect(table.text.contains("95 % interval") && table.text.contains("300 bootstrap draws"))
  }

  @Test func everyLayoutGivesTheSame() throws {
    let expected = try jsonObject(
      try CommandLineTool.run("evaluate", model.path, "--sts", file(), "--json").text)
    let stsb = Self.rows.map { "g\tf\t2012\t1\t\($0)\n" }.joined()
    let jsonl = try Self.rows.map { row in
      let fields = row.split(separator: "\t").map(String.init)
      let object: [String: Any] = [
        "score": try #require(Double(fields[0])), "sentence1": fields[1], "sentence2": fields[2],
      ]
      return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self) + "\n"
    }.joined()
    for (text, layout) in [(stsb, "stsb"), (jsonl, "jsonl")] {
      for arguments in [[], ["--layout", layout]] {
        let outcome = try CommandLineTool.run(
          ["evaluate", model.path, "--sts", "-", "--json"] + arguments, input: Array(text.utf8))
        let object = try jsonObject(outcome.text)
        #expect(object["layout"] as? String == layout)
        #expect(object["int8"] as? [String: Double] == expected["int8"] as? [String: Double])
      }
    }
  }

  @Test func identicalSentencesHaveNoFigures() throws {
    let path = try file(["1\ta\ta", "2\ta\ta", "3\ta\ta"])
    let outcome = try CommandLineTool.run(
      "evaluate", model.path, "--sts", path, "--reference", checkpoint.folder.path, "--json")
    #expect(outcome.status == 0)
    let object = try jsonObject(outcome.text)
    for side in ["int8", "fp32", "difference", "difference_interval"] {
      let figures = try #require(object[side] as? [String: Any])
      #expect(figures.count == 8 && figures.values.allSatisfy { $0 is NSNull }, "\(side)")
    }
    #expect(try CommandLineTool.run("evaluate", model.path, "--sts", path).text.contains(" -\n"))
  }

  @Test func badFiles() throws {
    let bad: [([String], [String])] = [
      (["1\ta\tb", "\ta\tb", "2\ta\tb"], ["sts.tsv, line 3: ", "missing"]),
      (["1\ta\tb", "x\ta\tb", "2\ta\tb"], ["sts.tsv, line 3: ", "\"x\" is not a number"]),
      (["1\ta"], ["sts.tsv, line 2: ", "2 columns instead of 3"]), ([], ["sts.tsv: no pairs"]),
      (["1\ta\tb"], ["sts.tsv: 1 pair;"]),
      (["1\ta\tb", "1\ta\tb", "1\ta\tb"], ["sts.tsv: every score is 1.0"]),
    ]
    for (rows, words) in bad {
      let outcome = try CommandLineTool.run("evaluate", model.path, "--sts", file(rows))
      expectFailure(outcome, 65)
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
    let binary = try model.folder.write(
      Array("score\tsentence1\tsentence2\n1\ta\t".utf8) + [0xFF], "binary.tsv")
    expectFailure(try CommandLineTool.run("evaluate", model.path, "--sts", binary), 65, "line 2", "UTF-8")
    let missing = model.folder.file("nothing.tsv")
    expectFailure(try CommandLineTool.run("evaluate", model.path, "--sts", missing), 66, missing)
    expectFailure(
      try CommandLineTool.run("evaluate", model.path, "--sts", model.folder.path), 66, "directory")
    expectFailure(
      try CommandLineTool.run("evaluate", model.path, "--sts", "-", input: ""), 65, "standard input: no pairs"
    )
  }

  @Test func wrongUsage() throws {
    expectFailure(try CommandLineTool.run("evaluate", model.path), 64, "--sts")
    expectFailure(
      try CommandLineTool.run("evaluate", model.path, "--sts", "x", "--layout", "csv"), 64, "korsts")
    expectFailure(
      try CommandLineTool.run("evaluate", model.path, "--sts", "x", "--resamples", "1"), 64, "--resamples")
    let other = try TinyCheckpoint("tiny-bert")
    expectFailure(
      try CommandLineTool.run("evaluate", model.path, "--sts", file(), "--reference", other.folder.path), 65,
      "configuration")
  }
}
