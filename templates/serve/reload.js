// Sent by `serve` alone: asks for a script that comes when a newer site is built, and reloads then.
// It is asked for as a script, as the policy of the pages lets them fetch nothing else.
(() => {
  const since = new URL(document.currentScript.src).searchParams.get("since");
  const wait = () => {
    const answer = document.createElement("script");
    const again = (pause) => () => {
      answer.remove();
      setTimeout(wait, pause);
    };
    answer.onload = again(0);
    answer.onerror = again(2000); // the server is gone, or not yet back
    answer.src = `/.leanfolio/changed.js?since=${since}`;
    document.head.append(answer);
  };
  addEventListener("load", wait);
})();
