import { Component, type ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";

type Props = { children: ReactNode };

/** A part of the page that fails leaves the others standing: the call bar goes on when a column can not be drawn. */
export class FailureBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <FailureWords onAgain={() => this.setState({ failed: false })} />;
  }
}

function FailureWords({ onAgain }: { onAgain: () => void }) {
  const t = useTexts();
  return (
    <div role="alert" className="empty">
      <p>{t.problem.page}</p>
      <button type="button" className="btn btn-primary btn-sm" onClick={onAgain}>
        {t.common.retry}
      </button>
    </div>
  );
}
