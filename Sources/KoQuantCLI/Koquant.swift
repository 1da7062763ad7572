import ArgumentParser
import CShims
import Conversion

@main
struct Koquant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "koquant",
    abstract: "int8 sentence embeddings for constrained devices.",
    discussion: """
      Turns a Hugging Face checkpoint of a RoBERTa or BERT sentence encoder into one small int8 file, and that \
      file and text into vectors, with the same bits on every CPU.

        koquant embed "안녕하세요?"
        koquant convert ko-sroberta-multitask -o model.koq
        koquant embed --model model.koq "안녕하세요?"

      Exit codes: 0; 1 a check failed; 64 wrong usage; 65 bad data; 66 missing input; 74 input or output failed.
      """,
    version: Converter.version,
    subcommands: [
      ConvertCommand.self, EmbedCommand.self, TokenizeCommand.self, DriftCommand.self, EvaluateCommand.self,
      InspectCommand.self, VerifyCommand.self, PlanCommand.self, PackCommand.self, UnpackCommand.self,
      ModelsCommand.self, CPUCommand.self, BenchCommand.self,
    ])

  static func main() {
    kqs_restore_quit()
    occupyStandardDescriptors()
    main(nil)
  }

  /// Whoever starts the program without standard streams must not get one of its files in their place: results
  /// and messages would be written into it.
  private static func occupyStandardDescriptors() {
    while true {
      let descriptor = kqs_open("/dev/null")
      if descriptor < 0 { return }
      if descriptor > 2 {
        _ = kqs_close(descriptor)
        return
      }
    }
  }
}
